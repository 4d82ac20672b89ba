import GraphIR
import Passes
import Testing

@Suite("Folding arithmetic per channel")
struct FoldScaleAndShiftTests {
    private func afterConvolution(_ nodes: [Node], _ extents: [Int], outputs: [String] = ["y"]) -> Model {
        var generator = SeededGenerator(seed: 6)
        return model(
            [Node("Conv", inputs: ["x", "w"], outputs: ["c"])] + nodes, outputs: outputs,
            constants: ["w": generator.floats([3, 4, 2, 2]), "k": generator.floats(extents, in: 0.5...2)])
    }

    @Test(
        "after a convolution, one number or one a channel",
        arguments: ["Add", "Sub", "Mul", "Div"], [[], [1], [3, 1, 1], [1, 3, 1, 1]])
    func convolution(opType: String, extents: [Int]) throws {
        let before = afterConvolution([Node(opType, inputs: ["c", "k"], outputs: ["y"])], extents)
        #expect(try afterKeepingValues(FoldScaleAndShift(), before).opTypes == ["Conv"])
    }

    @Test("with the constant first", arguments: ["Add", "Sub", "Mul"])
    func constantFirst(opType: String) throws {
        let before = afterConvolution([Node(opType, inputs: ["k", "c"], outputs: ["y"])], [3, 1, 1])
        #expect(try afterKeepingValues(FoldScaleAndShift(), before).opTypes == ["Conv"])
    }

    @Test("A chain of them goes at once")
    func chain() throws {
        let before = afterConvolution(
            [
                Node("Sub", inputs: ["c", "k"], outputs: ["a"]), Node("Div", inputs: ["a", "k"], outputs: ["b"]),
                Node("Mul", inputs: ["k", "b"], outputs: ["d"]), Node("Sub", inputs: ["k", "d"], outputs: ["y"]),
            ], [3, 1, 1])
        #expect(try afterKeepingValues(FoldScaleAndShift(), before).opTypes == ["Conv"])
    }

    @Test("after a matrix product, which becomes a Gemm")
    func matrixProduct() throws {
        var generator = SeededGenerator(seed: 8)
        let before = model(
            [Node("MatMul", inputs: ["x", "w"], outputs: ["p"]), Node("Mul", inputs: ["p", "k"], outputs: ["y"])],
            inputs: ["x": [2, 3]], constants: ["w": generator.floats([3, 5]), "k": generator.floats([5])])
        #expect(try afterKeepingValues(FoldScaleAndShift(), before).opTypes == ["Gemm"])
    }

    @Test("A constant along another dimension, of higher rank, or divided by the product stays")
    func untouched() throws {
        for extents in [[4], [1, 4], [4, 1], [3, 4, 4], [1, 1, 3, 1, 1]] {
            let before = afterConvolution([Node("Mul", inputs: ["c", "k"], outputs: ["y"])], extents)
            #expect(try after(FoldScaleAndShift(), before).opTypes == ["Conv", "Mul"])
        }
        let reciprocal = afterConvolution([Node("Div", inputs: ["k", "c"], outputs: ["y"])], [3, 1, 1])
        #expect(try after(FoldScaleAndShift(), reciprocal).opTypes == ["Conv", "Div"])
        let shared = afterConvolution([Node("Mul", inputs: ["c", "k"], outputs: ["y"])], [], outputs: ["y", "c"])
        #expect(try after(FoldScaleAndShift(), shared).opTypes == ["Conv", "Mul"])
        var zero = afterConvolution([Node("Div", inputs: ["c", "k"], outputs: ["y"])], [])
        zero.graph.initializers["k"] = Tensor(scalar: Float(0))
        #expect(try after(FoldScaleAndShift(), zero).opTypes == ["Conv", "Div"])
    }
}
