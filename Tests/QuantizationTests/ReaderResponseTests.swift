import GraphIR
import Quantization
import Testing

@Suite("What readers make of a value")
struct ReaderResponseTests {
    private func response(_ nodes: [Node], _ constants: KeyValuePairs<String, Tensor> = [:]) -> ReaderResponse? {
        let model = Networks.model(nodes, constants, input: Shape([1, 4]), output: Shape([1, 4]))
        return ReaderResponse(of: "image", in: model, GraphIndex(model.graph))
    }

    private let swish = [
        Node("Sigmoid", inputs: ["image"], outputs: ["s"]), Node("Mul", inputs: ["image", "s"], outputs: ["logits"]),
    ]

    @Test("x times its sigmoid is one function, and so is a hard swish written out")
    func functions() throws {
        let points: [Float] = [-20, -3, 0, 3, 20]
        let silu = try #require(try response(swish)?(points))
        for (point, value) in zip(points, silu) where point.magnitude > 10 {
            #expect((value - max(point, 0)).magnitude < 1e-5)
        }
        let nodes = [
            Node("Add", inputs: ["image", "three"], outputs: ["a"]),
            Node("Clip", inputs: ["a", "zero", "six"], outputs: ["b"]),
            Node("Mul", inputs: ["image", "b"], outputs: ["c"]), Node("Div", inputs: ["c", "six"], outputs: ["d"]),
            Node("Flatten", inputs: ["d"], outputs: ["logits"]),
        ]
        func scalar(_ value: Float) -> Tensor { Tensor([value], []) }
        let hard = try #require(response(nodes, ["three": scalar(3), "zero": scalar(0), "six": scalar(6)]))
        // All that is computed from the value alone up to where its numbers first come together.
        #expect(try hard([-3, 0, 1, 6]).map { $0.rounded() } == [0, 0, 4, 36])
    }

    @Test("a value that a product, another value or the outside reads as well has no such function")
    func other() {
        let reader = Node("MatMul", inputs: ["image", "w"], outputs: ["m"])
        #expect(response(swish + [reader], ["w": Networks.weight([4, 4])]) == nil)
        #expect(response([Node("Add", inputs: ["image", "m"], outputs: ["logits"])]) == nil)
        let row = Node("Add", inputs: ["image", "row"], outputs: ["logits"])
        #expect(response([row], ["row": Networks.weight([4])]) == nil)
        #expect(response([Node("Flatten", inputs: ["image"], outputs: ["logits"])]) == nil)
        #expect(response([]) == nil)
    }
}
