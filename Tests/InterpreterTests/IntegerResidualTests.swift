import GraphIR
import Interpreter
import Testing

/// Integer convolutions and the sums behind them, in one step.
@Suite("Integer convolutions with a residual")
struct IntegerResidualTests {
    private static func node(_ opType: String, _ inputs: [String], _ output: String) -> Node {
        Node(opType, inputs: inputs, outputs: [output])
    }

    /// x on a grid, convolved, is added to x itself; scales are powers of two, so that float sums are exact.
    private static func model(resultComesFirst: Bool, groups: Int64) -> Model {
        var convolution = node("Conv", ["d", "v", "b"], "c")
        convolution.attributes = [Attribute("pads", .ints([1, 1, 1, 1])), Attribute("group", .int(groups))]
        let nodes = [
            node("QuantizeLinear", ["x", "sx", "zx"], "q"), node("DequantizeLinear", ["q", "sx", "zx"], "d"),
            node("DequantizeLinear", ["w", "sw", "zw"], "v"), node("DequantizeLinear", ["bias", "sb"], "b"),
            convolution, node("QuantizeLinear", ["c", "sc", "zc"], "k"),
            node("DequantizeLinear", ["k", "sc", "zc"], "e"),
            node("Add", resultComesFirst ? ["e", "d"] : ["d", "e"], "a"), node("QuantizeLinear", ["a", "sy", "zx"], "y"),
        ]
        var graph = Graph(
            nodes: nodes, inputs: [ValueInfo("x", .float32, Shape([2, 8, 9, 17]))], outputs: [ValueInfo("y", nil)])
        let depth = 8 / Int(groups) * 9
        graph.initializers = [
            "sx": Tensor(scalar: Float(1) / 64), "zx": Tensor(scalar: UInt8(120)), "sw": Tensor(scalar: Float(1) / 128),
            "zw": Tensor(scalar: Int8(0)), "sb": Tensor(scalar: Float(1) / 8192), "sc": Tensor(scalar: Float(1) / 16),
            "zc": Tensor(scalar: UInt8(130)), "sy": Tensor(scalar: Float(1) / 16),
            "w": Tensor((0..<8 * depth).map { Int8($0 * 31 % 251 - 125) }, [8, 8 / Int(groups), 3, 3]),
            "bias": Tensor((0..<8).map { Int32($0 * 700 - 2000) }, [8]),
        ]
        return Model(opsetImports: [OpsetImport("", 17)], graph: graph)
    }

    private func run(_ model: Model, _ mode: ExecutionMode, observing: Set<String> = []) throws -> (Tensor, steps: [String]) {
        let x = Tensor((0..<2 * 8 * 9 * 17).map { (index: Int) -> Float in Float(index * 7 % 97) * 0.03 - 1.4 }, [2, 8, 9, 17])
        let session = try Session(model, mode: mode, observing: observing)
        let steps = try session.stepTimes(["x": x], runs: 1).map(\.node.opType)
        return (try #require(try session.run(["x": x])["y"]), steps.filter { $0 != "LayoutChange" })
    }

    @Test(arguments: [true, false], [1, 8] as [Int64])
    func `give what literal execution gives`(resultComesFirst: Bool, groups: Int64) throws {
        let model = Self.model(resultComesFirst: resultComesFirst, groups: groups)
        let (literal, _) = try run(model, .literal), (together, steps) = try run(model, .integer)
        #expect(steps == ["QuantizeLinear", "QLinearConv"])
        #expect(together.bytes.withUnsafeBytes { Array($0) } == literal.bytes.withUnsafeBytes { Array($0) })
    }

    @Test func `stay two steps where the convolution is watched`() throws {
        let model = Self.model(resultComesFirst: true, groups: 1)
        let (literal, _) = try run(model, .literal), (apart, steps) = try run(model, .integer, observing: ["k"])
        #expect(steps == ["QuantizeLinear", "QLinearConv", "QLinearAdd"])
        #expect(apart.bytes.withUnsafeBytes { Array($0) } == literal.bytes.withUnsafeBytes { Array($0) })
    }
}
