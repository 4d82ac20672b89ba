import GraphIR
import Interpreter
import Operators
import Testing

/// A node that reads `a`, the output of a convolution with channels last, and how it is fed.
struct LayoutCase: CustomTestStringConvertible, Sendable {
    let node: Node
    var constants: [String: Tensor] = [:]
    var testDescription: String { node.opType + " \(node.attributes.map(\.name)) \(constants.keys.sorted())" }

    init(
        _ opType: String, _ attributes: [Attribute] = [], outputs: [String] = ["y"], constants: [(String, Tensor)] = []
    ) {
        node = Node(opType, inputs: ["a"] + constants.map(\.0), outputs: outputs, attributes: attributes)
        self.constants = Dictionary(uniqueKeysWithValues: constants)
    }
}

private func ramp(_ extents: [Int]) -> Tensor {
    Tensor((0..<extents.reduce(1, *)).map { Float($0 % 89) * 0.02 - 0.7 }, extents)
}

private let window = [Attribute("kernel_shape", [3, 2]), Attribute("strides", [2, 1]), Attribute("pads", [1, 0, 1, 1])]
private let bounds = [("low", Tensor(scalar: Float(-0.2))), ("high", Tensor(scalar: Float(0.3)))]
private let pads = ("pads", Tensor([Int64(0), 1, 0, 2, 0, 0, 1, -1], [8]))

private let cases = [
    LayoutCase("Relu"), LayoutCase("Cast", [Attribute("to", 7)]), LayoutCase("Clip", constants: bounds),
    LayoutCase("Add", constants: [("b", ramp([1, 5, 1, 1]))]), LayoutCase("Mul", constants: [("b", ramp([5, 1, 1]))]),
    LayoutCase("Sub", constants: [("b", ramp([5, 6, 7]))]), LayoutCase("Div", constants: [("b", ramp([2, 5, 6, 7]))]),
    LayoutCase("PRelu", constants: [("b", ramp([5, 1, 1]))]), LayoutCase("Max", constants: [("b", ramp([7])), ("c", ramp([2, 5, 6, 7]))]),
    LayoutCase("MaxPool", window), LayoutCase("AveragePool", window), LayoutCase("LpPool", window),
    LayoutCase("MaxPool", window, outputs: ["y", "places"]), LayoutCase("GlobalMaxPool"),
    LayoutCase("Concat", [Attribute("axis", 1)], constants: [("b", ramp([2, 3, 6, 7]))]),
    LayoutCase("Concat", [Attribute("axis", -1)], constants: [("b", ramp([2, 5, 6, 2]))]),
    LayoutCase("Split", [Attribute("axis", 1)], outputs: ["y", "z"], constants: [("parts", Tensor([Int64(2), 3], [2]))]),
    LayoutCase("Slice", constants: [
        ("starts", Tensor([Int64(1), 5], [2])), ("ends", Tensor([Int64(4), -9], [2])),
        ("axes", Tensor([Int64(1), 2], [2])), ("steps", Tensor([Int64(1), -2], [2])),
    ]),
    LayoutCase("Pad", constants: [pads, ("value", Tensor(scalar: Float(3)))]), LayoutCase("Pad", [Attribute("mode", "edge")], constants: [pads]),
    LayoutCase("Resize", constants: [("", ramp([0])), ("scales", Tensor([Float(1), 1, 2, 1.5], [4]))]),
    LayoutCase("Resize", [Attribute("mode", "linear")], constants: [
        ("", ramp([0])), ("scales", Tensor([Float(1), 1, 2, 1.5], [4])),
    ]),
    LayoutCase("Transpose", [Attribute("perm", [0, 2, 3, 1])]), LayoutCase("Transpose", [Attribute("perm", [0, 3, 1, 2])]),
    LayoutCase("Transpose", [Attribute("perm", [2, 0, 1, 3])]), LayoutCase("Transpose"),
    LayoutCase("BatchNormalization", constants: [
        ("scale", ramp([5])), ("bias", ramp([5])), ("mean", ramp([5])), ("variance", Tensor([Float(1), 2, 3, 4, 5], [5])),
    ]),
    LayoutCase("Flatten"), LayoutCase("Softmax", [Attribute("axis", 1)]), LayoutCase("Identity"),
    LayoutCase("Conv", constants: [("w2", ramp([4, 5, 3, 3]))]), LayoutCase("ConvTranspose", constants: [("w2", ramp([5, 4, 2, 2]))]),
    LayoutCase("QuantizeLinear", constants: [("s", Tensor(scalar: Float(0.01))), ("z", Tensor(scalar: UInt8(100)))]),
    LayoutCase("QuantizeLinear", [Attribute("axis", 1)], constants: [
        ("s", Tensor([Float(0.01), 0.02, 0.03, 0.1, 1], [5])), ("z", Tensor([UInt8(0), 1, 2, 3, 4], [5])),
    ]),
    LayoutCase("Where"),
]

@Suite("Layouts")
struct LayoutTests {
    private static func model(_ layoutCase: LayoutCase) -> Model {
        var node = layoutCase.node
        if node.opType == "Where" { node.inputs = ["condition", "a", "x3"] }
        var graph = Graph(
            nodes: [
                Node("Conv", inputs: ["x", "w"], outputs: ["a"]), Node("Conv", inputs: ["x", "w3"], outputs: ["x3"]),
                Node("Greater", inputs: ["a", "x3"], outputs: ["condition"]), node,
            ],
            inputs: [ValueInfo("x", .float32, Shape([2, 3, 6, 7]))], outputs: [ValueInfo("y", nil), ValueInfo("a", nil)])
        graph.initializers["w"] = ramp([5, 3, 1, 1])
        graph.initializers["w3"] = ramp([1, 3, 1, 1])
        for (name, tensor) in layoutCase.constants where !name.isEmpty { graph.initializers[name] = tensor }
        return Model(opsetImports: [OpsetImport("", 18)], graph: graph)
    }

    @Test("behind a convolution every operator gives, bit for bit, what it gives by itself", arguments: cases)
    func layouts(layoutCase: LayoutCase) throws {
        let model = Self.model(layoutCase), x = ramp([2, 3, 6, 7])
        var values = Dictionary(uniqueKeysWithValues: model.graph.initializers.map { ($0.key, $0.value) })
        values["x"] = x
        for node in model.graph.nodes {
            let results = try OperatorTable.evaluate(node, opset: 18, inputs: node.inputs.map { values[$0] })
            for (name, value) in zip(node.outputs, results) { values[name] = value }
        }
        let names = Set(model.graph.nodes.flatMap(\.outputs))
        var seen: [String: Tensor] = [:]
        let outputs = try Session(model, observing: names).run(["x": x]) { seen[$0] = $1.copy() }
        #expect(Set(seen.keys) == names)
        for (name, value) in seen.merging(outputs, uniquingKeysWith: { $1 }) {
            #expect(value.extents == values[name]?.extents)
            #expect(value.contents == values[name]?.contents, "\(name)")
        }
    }
}

extension Tensor {
    fileprivate var contents: [UInt8] { bytes.withUnsafeBytes { Array($0) } }
}
