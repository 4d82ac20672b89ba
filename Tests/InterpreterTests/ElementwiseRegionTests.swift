import GraphIR
import Interpreter
import Testing

/// Nodes that make `y` of `d`, with the constants that they read.
struct RegionCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let nodes: [Node]
    let constants: [String: Tensor]

    /// Each step is an operator and what it reads; step `n` makes `s<n>`, the last one `y`.
    init(_ name: String, _ steps: [(String, [String])], _ constants: [String: Tensor] = [:]) {
        testDescription = name
        nodes = steps.enumerated().map { index, step in
            Node(step.0, inputs: step.1, outputs: [index == steps.count - 1 ? "y" : "s\(index)"])
        }
        self.constants = constants
    }
}

private func scalars(_ values: [String: Float], _ extents: [Int] = []) -> [String: Tensor] {
    values.mapValues { Tensor([$0], extents) }
}

private let hardSwish = [("Add", ["d", "three"]), ("Clip", ["s0", "zero", "six"]), ("Mul", ["d", "s1"])]
private let hardSwishConstants = scalars(["three": 3, "zero": 0, "six": 6])

private let cases = [
    RegionCase("hard swish", hardSwish + [("Div", ["s2", "six"])], hardSwishConstants),
    RegionCase("hard swish by its slope", [("HardSigmoid", ["d"]), ("Mul", ["s0", "d"])]),
    RegionCase(
        "Gelu",
        [
            ("Div", ["d", "root"]), ("Erf", ["s0"]), ("Add", ["s1", "one"]), ("Mul", ["d", "s2"]),
            ("Mul", ["s3", "half"]),
        ],
        scalars(["root": Float(2).squareRoot(), "one": 1, "half": 0.5])),
    RegionCase("SiLU", [("Sigmoid", ["d"]), ("Mul", ["d", "s0"])]),
    RegionCase("Mish", [("Softplus", ["d"]), ("Tanh", ["s0"]), ("Mul", ["d", "s1"])]),
    RegionCase(
        "scaled and moved on both sides",
        [("Mul", ["d", "a"]), ("Add", ["b", "s0"]), ("Relu", ["s1"]), ("Mul", ["a", "s2"]), ("Sub", ["b", "s3"])],
        scalars(["a": 1.37, "b": -0.21], [1])),
    RegionCase("more axes", [("PRelu", ["d", "a"]), ("Max", ["s0", "b"])], scalars(["a": 0.3, "b": -0.5], [1, 1, 1])),
    RegionCase("a choice", [("Less", ["d", "a"]), ("Where", ["s0", "a", "d"])], scalars(["a": 0.4])),
]

private func channels(_ extents: [Int], step: Float, from first: Float) -> Tensor {
    Tensor((0..<extents.reduce(1, *)).map { Float($0) * step + first }, extents)
}

/// Regions with constants of one number for each index of one axis.
private let channelCases = [
    RegionCase(
        "scaled by channel around a hard swish",
        [
            ("Mul", ["d", "before"]), ("Add", ["s0", "three"]), ("Clip", ["s1", "zero", "six"]), ("Mul", ["s0", "s2"]),
            ("Div", ["s3", "six"]), ("Mul", ["after", "s4"]),
        ],
        hardSwishConstants.merging([
            "before": channels([5, 1, 1], step: 0.3, from: 0.2), "after": channels([1, 5, 1, 1], step: -0.2, from: 1.1),
        ]) { first, _ in first }),
    RegionCase("slopes", [("PRelu", ["d", "a"])], ["a": channels([5, 1, 1], step: 0.2, from: -0.3)]),
    RegionCase("rows", [("Mul", ["d", "a"])], ["a": channels([6, 1], step: 0.2, from: -0.3)]),
    RegionCase("columns", [("Sub", ["a", "d"]), ("Tanh", ["s0"])], ["a": channels([7], step: 0.2, from: -0.3)]),
    RegionCase("images", [("Add", ["a", "d"])], ["a": channels([2, 1, 1, 1], step: 0.4, from: -0.3)]),
    RegionCase("more axes", [("Mul", ["d", "a"])], ["a": channels([3, 1, 1, 1, 1], step: 0.4, from: -0.3)]),
]

/// What is computed element by element between two grids.
@Suite("Regions between grids")
struct ElementwiseRegionTests {
    private static let extents = [2, 5, 6, 7]

    /// Values on and off the grid of `d`, beyond its ends, too.
    private static let x = Tensor((0..<extents.reduce(1, *)).map { Float($0 * 37 % 313) * 0.021 - 3.6 }, extents)

    /// `nodes` between dequantized input d and quantized y, whose integers are the output.
    private static func model(
        _ nodes: [Node], _ constants: [String: Tensor], outputs: [String] = ["q"], isSigned: Bool = false
    ) -> Model {
        func zero(_ unsigned: UInt8) -> Tensor {
            isSigned ? Tensor(scalar: Int8(truncatingIfNeeded: Int(unsigned) - 128)) : Tensor(scalar: unsigned)
        }
        let around = [
            Node("QuantizeLinear", inputs: ["x", "sx", "zx"], outputs: ["i"]),
            Node("DequantizeLinear", inputs: ["i", "sx", "zx"], outputs: ["d"]),
            Node("QuantizeLinear", inputs: ["y", "sy", "zy"], outputs: ["q"]),
        ]
        var graph = Graph(
            nodes: around[..<2] + nodes + [around[2]], inputs: [ValueInfo("x", .float32, Shape(extents))],
            outputs: outputs.map { ValueInfo($0, nil) })
        graph.initializers = [
            "sx": Tensor(scalar: Float(0.0233)), "zx": zero(131), "sy": Tensor(scalar: Float(0.0171)), "zy": zero(40),
        ]
        for (name, tensor) in constants { graph.initializers[name] = tensor }
        return Model(opsetImports: [OpsetImport("", 17)], graph: graph)
    }

    /// The operators that integer mode runs, after the outputs of both modes were found to be the same.
    private func operators(_ model: Model, observing: Set<String> = []) throws -> [String] {
        let session = try Session(model, mode: .integer, observing: observing)
        let literal = try Session(model).run(["x": Self.x]), integer = try session.run(["x": Self.x])
        for name in model.graph.outputs.map(\.name) {
            let want = try #require(literal[name]), got = try #require(integer[name])
            #expect(want.elementType == got.elementType && want.extents == got.extents)
            #expect(want.bytes.withUnsafeBytes { Array($0) } == got.bytes.withUnsafeBytes { Array($0) }, "\(name)")
        }
        return try session.stepTimes(["x": Self.x], runs: 1).map(\.node.opType)
    }

    @Test("are one table, with the integers of literal execution", arguments: cases + channelCases, [false, true])
    func table(region: RegionCase, isSigned: Bool) throws {
        let model = Self.model(region.nodes, region.constants, isSigned: isSigned)
        #expect(try operators(model) == ["QuantizeLinear", "Table"])
    }

    @Test("behind a convolution, channels last, are one table, too", arguments: cases + channelCases)
    func channelsLast(region: RegionCase) throws {
        // Powers of two, so that float sums are exact.
        let convolution = [
            Node("QuantizeLinear", inputs: ["x", "two", "none"], outputs: ["j"]),
            Node("DequantizeLinear", inputs: ["j", "two", "none"], outputs: ["e"]),
            Node("DequantizeLinear", inputs: ["w", "two", "whole"], outputs: ["v"]),
            Node("Conv", inputs: ["e", "v"], outputs: ["c"]),
            Node("QuantizeLinear", inputs: ["c", "two", "none"], outputs: ["k"]),
            Node("DequantizeLinear", inputs: ["k", "two", "none"], outputs: ["d"]),
        ]
        var model = Self.model(region.nodes, region.constants)
        model.graph.nodes.replaceSubrange(..<2, with: convolution)
        model.graph.initializers["two"] = Tensor(scalar: Float(1) / 32)
        model.graph.initializers["none"] = Tensor(scalar: UInt8(128))
        model.graph.initializers["whole"] = Tensor(scalar: Int8(0))
        model.graph.initializers["w"] = Tensor((0..<25).map { Int8($0 * 17 % 41 - 20) }, [5, 5, 1, 1])
        let ran = try operators(model).filter { $0 != "LayoutChange" }
        #expect(ran == ["QuantizeLinear", "QLinearConv", "Table"])
    }

    @Test("stay nodes where constants vary along two axes")
    func twoAxes() throws {
        let constants = ["a": channels([5, 6, 1], step: 0.1, from: -0.3), "b": channels([7], step: 0.1, from: -0.3)]
        for name in ["a", "b"] {
            let last = Node("Add", inputs: ["s", name], outputs: ["y"])
            let nodes = [Node("Mul", inputs: ["d", name == "a" ? "one" : "c"], outputs: ["s"]), last]
            let more = ["one": Tensor(scalar: Float(1)), "c": channels([5, 1, 1], step: 0.2, from: 0.1)]
            let model = Self.model(nodes, constants.merging(more) { first, _ in first })
            #expect(try !operators(model).contains("Table"))
        }
    }

    @Test("that begin with the same value are a table each")
    func twoRegions() throws {
        let second = [
            Node("Tanh", inputs: ["d"], outputs: ["t"]), Node("Mul", inputs: ["t", "d"], outputs: ["u"]),
            Node("QuantizeLinear", inputs: ["u", "sy", "zy"], outputs: ["r"]),
        ]
        let model = Self.model(cases[0].nodes + second, cases[0].constants, outputs: ["q", "r"])
        #expect(try operators(model) == ["QuantizeLinear", "Table", "Table"])
    }

    @Test("are one table with another behind it where that reads the same value", arguments: ["Add", "Mul"])
    func gate(opType: String) throws {
        let nodes = [
            Node("Sigmoid", inputs: ["d"], outputs: ["s"]),
            Node("QuantizeLinear", inputs: ["s", "sy", "zy"], outputs: ["j"]),
            Node("DequantizeLinear", inputs: ["j", "sy", "zy"], outputs: ["e"]),
            Node(opType, inputs: ["e", "d"], outputs: ["y"]),
        ]
        for (observing, expected) in [([], ["Table"]), (["j"], ["Table", "Table"])] as [(Set<String>, [String])] {
            let session = try Session(Self.model(nodes, [:]), mode: .integer, observing: observing)
            let ran = try session.stepTimes(["x": Self.x], runs: 1).map(\.node.opType)
            #expect(ran == ["QuantizeLinear"] + expected)
        }
    }

    @Test("stay nodes where others read or watch what lies between")
    func read() throws {
        let all = ["QuantizeLinear", "DequantizeLinear", "Add", "Clip", "Mul", "Div", "QuantizeLinear"]
        for (name, outputs, observing) in [("s1", ["q", "s1"], []), ("s1", ["q"], ["s1"]), ("y", ["q", "y"], [])] {
            let model = Self.model(cases[0].nodes, cases[0].constants, outputs: outputs)
            #expect(try operators(model, observing: Set(observing)) == all, "\(name)")
        }
    }

    @Test("stay nodes where two values come together")
    func twoValues() throws {
        let other = [
            Node("QuantizeLinear", inputs: ["x", "sy", "zy"], outputs: ["j"]),
            Node("DequantizeLinear", inputs: ["j", "sy", "zy"], outputs: ["e"]),
        ]
        let nodes = other + [
            Node("Tanh", inputs: ["d"], outputs: ["t"]), Node("Mul", inputs: ["t", "e"], outputs: ["y"]),
        ]
        #expect(try !operators(Self.model(nodes, [:])).contains("Table"))
    }
}
