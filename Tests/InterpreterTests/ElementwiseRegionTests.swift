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

    @Test("are one table, with the integers of literal execution", arguments: cases, [false, true])
    func table(region: RegionCase, isSigned: Bool) throws {
        let model = Self.model(region.nodes, region.constants, isSigned: isSigned)
        #expect(try operators(model) == ["QuantizeLinear", "Table"])
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
