import GraphIR
import Interpreter
import Testing

/// Integer products with float results, and what integer mode computes together with them.
@Suite("Fused integer products")
struct IntegerFusionTests {
    private static func ramp(_ extents: [Int], step: Float, from first: Float) -> Tensor {
        Tensor((0..<extents.reduce(1, *)).map { Float($0 * 7 % 97) * step + first }, extents)
    }

    private static func node(_ opType: String, _ inputs: [String], _ output: String) -> Node {
        Node(opType, inputs: inputs, outputs: [output])
    }

    /// x on a grid, times constant weights on a grid, becomes p; `tail` makes y of it.
    private static func model(_ tail: [Node]) -> Model {
        let nodes = [
            node("QuantizeLinear", ["x", "sx", "zx"], "q"), node("DequantizeLinear", ["q", "sx", "zx"], "d"),
            node("DequantizeLinear", ["w", "sw", "zw"], "v"), node("MatMul", ["d", "v"], "p"),
        ]
        var graph = Graph(
            nodes: nodes + tail, inputs: [ValueInfo("x", .float32, Shape([3, 7, 20]))], outputs: [ValueInfo("y", nil)])
        graph.initializers = [
            "sx": Tensor(scalar: Float(0.01)), "zx": Tensor(scalar: UInt8(60)),
            "w": Tensor((0..<20 * 70).map { Int8($0 * 31 % 251 - 125) }, [20, 70]),
            "sw": Tensor(scalar: Float(0.004)), "zw": Tensor(scalar: Int8(0)),
            "bias": ramp([70], step: 0.02, from: -0.7), "more": ramp([3, 7, 70], step: 0.03, from: -1),
            "root": Tensor(scalar: Float(2).squareRoot()), "one": Tensor(scalar: Float(1)),
            "half": Tensor(scalar: Float(0.5)), "sy": Tensor(scalar: Float(0.02)), "zy": Tensor(scalar: UInt8(9)),
        ]
        return Model(opsetImports: [OpsetImport("", 17)], graph: graph)
    }

    private static let gelu = [
        node("Div", ["b", "root"], "g1"), node("Erf", ["g1"], "g2"), node("Add", ["g2", "one"], "g3"),
        node("Mul", ["b", "g3"], "g4"), node("Mul", ["g4", "half"], "g5"),
        node("QuantizeLinear", ["g5", "sy", "zy"], "g6"),
    ]

    private func results(_ tail: [Node], observing: Set<String> = []) throws -> (literal: Tensor, integer: Tensor) {
        let model = Self.model(tail), x = Self.ramp([3, 7, 20], step: 0.02, from: -0.7)
        return (
            try #require(try Session(model).run(["x": x])["y"]),
            try #require(try Session(model, mode: .integer, observing: observing).run(["x": x])["y"])
        )
    }

    @Test(arguments: [
        [node("Add", ["bias", "p"], "y")], [node("Add", ["p", "more"], "y")],
        [node("Add", ["p", "bias"], "b"), node("Add", ["more", "b"], "y")],
        [node("Add", ["p", "more"], "b"), node("Add", ["b", "bias"], "y")],
        [node("Add", ["p", "p"], "y")],
    ])
    func `add what follows them`(tail: [Node]) throws {
        let (literal, integer) = try results(tail)
        #expect(literal.extents == integer.extents)
        let values = zip(literal.floats ?? [], integer.floats ?? [])
        #expect(values.allSatisfy { abs($0 - $1) <= 2e-6 * max(abs($0), 1) })
    }

    @Test(arguments: [[], ["g3"]] as [Set<String>])
    func `go on to a grid through Gelu`(watched: Set<String>) throws {
        let back = Self.node("DequantizeLinear", ["g6", "sy", "zy"], "y")
        let tail = [Self.node("Add", ["p", "bias"], "b")] + Self.gelu + [back]
        let (literal, integer) = try results(tail, observing: watched)
        let differences = zip(literal.floats ?? [], integer.floats ?? []).map { abs($0 - $1) }
        #expect(differences.count == 3 * 7 * 70 && differences.allSatisfy { $0 < 0.021 })
        #expect(differences.count { $0 > 0.001 } <= differences.count / 100)
    }
}
