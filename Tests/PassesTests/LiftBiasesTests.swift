import GraphIR
import Passes
import Testing

@Suite("Giving the biases of quantized products three dimensions")
struct LiftBiasesTests {
    private func product(
        _ x: [Int], bias: [Int], swapped: Bool = false, isQuantized: Bool = true, others: [Node] = []
    ) -> Model {
        var generator = SeededGenerator(seed: 5)
        let weight = isQuantized ? "w" : "v"
        return model(
            [
                Node("DequantizeLinear", inputs: ["q", "s"], outputs: ["w"]),
                Node("MatMul", inputs: ["x", weight], outputs: ["p"]),
                Node("Add", inputs: swapped ? ["b", "p"] : ["p", "b"], outputs: ["y"]),
            ] + others, inputs: ["x": x], outputs: ["y", "w"] + others.flatMap(\.outputs),
            constants: [
                "q": Tensor((0..<12).map { Int8($0 - 6) }, [3, 4]), "s": Tensor(scalar: Float(0.5)),
                "v": generator.floats([3, 4]), "b": generator.floats(bias),
            ])
    }

    @Test("on either side of the Add", arguments: [true, false])
    func lifted(swapped: Bool) throws {
        for (x, bias) in [([2, 5, 3], [4]), ([2, 5, 3], [1, 4]), ([2, 5, 3], []), ([2, 2, 5, 3], [5, 4])] {
            let result = try afterKeepingValues(LiftBiases(), product(x, bias: bias, swapped: swapped))
            let lifted = Array(repeating: 1, count: 3 - bias.count) + bias
            #expect(result.graph.initializers["b"]?.extents == lifted)
        }
    }

    @Test("A bias that something else reads stays beside the lifted one")
    func shared() throws {
        let result = try afterKeepingValues(
            LiftBiases(), product([2, 5, 3], bias: [4], others: [Node("Relu", inputs: ["b"], outputs: ["z"])]))
        #expect(result.graph.initializers["b"]?.extents == [4])
        #expect(result.graph.initializers.values.contains { $0.extents == [1, 1, 4] })
    }

    @Test("Matrices, float products and biases of three dimensions stay")
    func untouched() throws {
        for before in [
            product([5, 3], bias: [4]), product([2, 5, 3], bias: [4], isQuantized: false),
            product([2, 5, 3], bias: [1, 5, 4]),
        ] {
            let constants = try after(LiftBiases(), before).graph.initializers
            #expect(constants.mapValues(\.extents) == before.graph.initializers.mapValues(\.extents))
        }
    }
}
