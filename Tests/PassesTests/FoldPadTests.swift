import GraphIR
import Passes
import Testing

@Suite("Folding Pad into the node after it")
struct FoldPadTests {
    private static let edges = integers(0, 0, 1, 2, 0, 0, 0, 1)

    private func padded(_ reader: Node, before: [Node] = [], fill: Float? = nil, pads: Tensor = edges) -> Model {
        var generator = SeededGenerator(seed: 3)
        var constants = ["pads": pads, "w": generator.floats([8, 4, 3, 3])]
        constants["fill"] = fill.map { Tensor(scalar: $0) }
        let source = before.last?.outputs[0] ?? "x"
        let pad = Node("Pad", inputs: [source, "pads"] + (fill == nil ? [] : ["fill"]), outputs: ["p"])
        return model(before + [pad, reader], constants: constants)
    }

    private func pooling(_ opType: String, _ more: Attribute...) -> Node {
        Node(opType, inputs: ["p"], outputs: ["y"], attributes: [Attribute("kernel_shape", [3, 3])] + more)
    }

    @Test("into a convolution, on top of its own padding")
    func convolution() throws {
        let conv = Node("Conv", inputs: ["p", "w"], outputs: ["y"], attributes: [Attribute("pads", [1, 0, 0, 1])])
        let result = try afterKeepingValues(FoldPad(), padded(conv))
        #expect(result.opTypes == ["Conv"])
        #expect(result.node(writing: "y")?.ints("pads") == [2, 2, 0, 2])
    }

    @Test("into an average, which counts the padding afterwards")
    func average() throws {
        let plain = try afterKeepingValues(FoldPad(), padded(pooling("AveragePool")))
        #expect(plain.opTypes == ["AveragePool"])
        #expect(plain.node(writing: "y")?.int("count_include_pad") == 1)
        let counting = pooling("AveragePool", Attribute("pads", [1, 0, 0, 0]), Attribute("count_include_pad", 1))
        #expect(try afterKeepingValues(FoldPad(), padded(counting)).opTypes == ["AveragePool"])
        let skipping = pooling("AveragePool", Attribute("pads", [1, 0, 0, 0]))
        #expect(try after(FoldPad(), padded(skipping)).opTypes == ["Pad", "AveragePool"])
    }

    @Test("into a maximum where the padding never wins")
    func maximum() throws {
        let relu = [Node("Relu", inputs: ["x"], outputs: ["a"])]
        #expect(
            try afterKeepingValues(FoldPad(), padded(pooling("MaxPool"), before: relu)).opTypes == ["Relu", "MaxPool"])
        #expect(try afterKeepingValues(FoldPad(), padded(pooling("MaxPool"), fill: -.infinity)).opTypes == ["MaxPool"])
        #expect(try after(FoldPad(), padded(pooling("MaxPool"))).opTypes == ["Pad", "MaxPool"])
        let dilated = pooling("MaxPool", Attribute("dilations", [2, 2]))
        #expect(try after(FoldPad(), padded(dilated, before: relu)).opTypes == ["Relu", "Pad", "MaxPool"])
    }

    @Test(
        "Padding that is no zero, cuts off, or reaches batch and channels stays",
        arguments: [
            integers(0, 0, -1, 0, 0, 0, 1, 1), integers(1, 0, 1, 1, 0, 0, 1, 1), integers(0, 1, 1, 1, 0, 0, 1, 1),
        ])
    func untouched(pads: Tensor) throws {
        let conv = Node("Conv", inputs: ["p", "w"], outputs: ["y"])
        #expect(try after(FoldPad(), padded(conv, pads: pads)).opTypes == ["Pad", "Conv"])
        #expect(try after(FoldPad(), padded(conv, fill: 1)).opTypes == ["Pad", "Conv"])
        let same = Node("Conv", inputs: ["p", "w"], outputs: ["y"], attributes: [Attribute("auto_pad", "SAME_UPPER")])
        #expect(try after(FoldPad(), padded(same)).opTypes == ["Pad", "Conv"])
        let wide = integers(0, 0, 3, 0, 0, 0, 0, 0)
        #expect(try after(FoldPad(), padded(pooling("AveragePool"), pads: wide)).opTypes == ["Pad", "AveragePool"])
    }

    @Test("A huge padding is left alone and overflows nothing")
    func huge() throws {
        let pads = Tensor([0, 0, Int64.max, 0, 0, 0, 0, 0], [8])
        let conv = Node("Conv", inputs: ["p", "w"], outputs: ["y"], attributes: [Attribute("pads", [1, 0, 0, 0])])
        #expect(try after(FoldPad(), padded(conv, pads: pads)).opTypes == ["Pad", "Conv"])
    }
}
