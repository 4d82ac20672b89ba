import GraphIR
import Passes
import Testing

@Suite("Fusing a matrix product and its bias")
struct FuseMatMulAddTests {
    private func product(_ x: [Int], bias: [Int], swapped: Bool = false, outputs: [String] = ["y"]) -> Model {
        var generator = SeededGenerator(seed: 4)
        return model(
            [
                Node("MatMul", name: "product", inputs: ["x", "w"], outputs: ["p"]),
                Node("Add", inputs: swapped ? ["b", "p"] : ["p", "b"], outputs: ["y"]),
            ], inputs: ["x": x], outputs: outputs,
            constants: ["w": generator.floats([6, 5]), "b": generator.floats(bias)])
    }

    @Test("of matrices, the bias on either side", arguments: [true, false])
    func matrices(swapped: Bool) throws {
        for bias in [[5], [1, 5]] {
            let result = try afterKeepingValues(FuseMatMulAdd(), product([3, 6], bias: bias, swapped: swapped))
            #expect(result.opTypes == ["Gemm"])
            #expect(result.graph.nodes[0].name == "product")
        }
    }

    @Test("A weight behind DequantizeLinear stays as it is, in a Gemm")
    func dequantizedWeight() throws {
        let before = model(
            [
                Node("DequantizeLinear", inputs: ["q", "s"], outputs: ["w"]),
                Node("MatMul", inputs: ["x", "w"], outputs: ["p"]), Node("Add", inputs: ["p", "b"], outputs: ["y"]),
            ], inputs: ["x": [2, 3]],
            constants: [
                "q": Tensor((0..<12).map { Int8($0 - 6) }, [3, 4]), "s": Tensor(scalar: Float(0.5)),
                "b": Tensor([Float(1), 2, 3, 4], [4]),
            ])
        #expect(try afterKeepingValues(FuseMatMulAdd(), before).opTypes == ["DequantizeLinear", "Gemm"])
    }

    @Test("Higher ranks, other biases and products that others read stay")
    func untouched() throws {
        for before in [
            product([2, 3, 6], bias: [5]), product([3, 6], bias: [3, 5]), product([3, 6], bias: [1]),
            product([3, 6], bias: [5], outputs: ["y", "p"]),
        ] {
            #expect(try after(FuseMatMulAdd(), before).opTypes == ["MatMul", "Add"])
        }
    }
}
