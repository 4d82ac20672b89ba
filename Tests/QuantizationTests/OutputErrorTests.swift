import GraphIR
import Testing

@testable import Quantization

@Suite("What variants of a model are judged by")
struct OutputErrorTests {
    private func judged(_ last: [Node]) -> Set<String> {
        let nodes = [
            Node("Relu", inputs: ["image"], outputs: ["features"]),
            Node("MatMul", inputs: ["features", "w"], outputs: ["scores"]),
        ] + last
        let model = Networks.model(
            nodes, [("w", Networks.weight([4, 5]))], input: Shape([.symbol("n"), 4]), output: Shape([.symbol("n"), 5]))
        return OutputError.judgedValues(model.graph)
    }

    @Test("Scores and features, not probabilities, whether Softmax is one node or spelled out")
    func logits() {
        #expect(judged([Node("Softmax", inputs: ["scores"], outputs: ["logits"])]) == ["scores", "features"])
        let sum = Node("ReduceSum", inputs: ["powers"], outputs: ["sum"])
        let quotient = Node("Div", inputs: ["powers", "sum"], outputs: ["logits"])
        let shifted = [
            Node("ReduceMax", inputs: ["scores"], outputs: ["top"]),
            Node("Sub", inputs: ["scores", "top"], outputs: ["shifted"]),
            Node("Exp", inputs: ["shifted"], outputs: ["powers"]), sum, quotient,
        ]
        #expect(judged(shifted) == ["scores", "features"])
        let plain = [Node("Exp", inputs: ["scores"], outputs: ["powers"]), sum, quotient]
        #expect(judged(plain) == ["scores", "features"])
    }

    @Test("A quotient of anything else is judged itself")
    func quotient() {
        #expect(judged([Node("Div", inputs: ["scores", "features"], outputs: ["logits"])]) == ["logits", "features"])
    }
}
