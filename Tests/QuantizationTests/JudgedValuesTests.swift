import GraphIR
import Testing

@testable import Quantization

@Suite("What variants of a model are judged by")
struct JudgedValuesTests {
    private func graph(_ last: [Node]) -> Graph {
        let nodes = [
            Node("Relu", inputs: ["image"], outputs: ["features"]),
            Node("MatMul", inputs: ["features", "w"], outputs: ["scores"]),
        ] + last
        return Networks.model(
            nodes, [("w", Networks.weight([4, 5]))], input: Shape([.symbol("n"), 4]), output: Shape([.symbol("n"), 5])
        ).graph
    }

    private func judged(_ last: [Node]) -> Set<String> { JudgedValues.names(graph(last)) }

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

    @Test("Outputs are judged as they are unless probabilities or choices among them hide what they come from")
    func outputs() {
        let scores = Node("Identity", inputs: ["scores"], outputs: ["logits"])
        #expect(JudgedValues.areOutputs(graph([scores])))
        for type in ["Softmax", "Sigmoid", "ArgMax"] {
            #expect(!JudgedValues.areOutputs(graph([Node(type, inputs: ["scores"], outputs: ["logits"])])))
        }
        var labelled = graph([scores, Node("ArgMax", inputs: ["scores"], outputs: ["label"])])
        labelled.outputs.append(ValueInfo("label", .int64, nil))
        #expect(JudgedValues.areOutputs(labelled))
        labelled.outputs.removeFirst()
        #expect(!JudgedValues.areOutputs(labelled))
    }

    @Test("A quotient of anything else is judged itself")
    func quotient() {
        #expect(judged([Node("Div", inputs: ["scores", "features"], outputs: ["logits"])]) == ["logits", "features"])
    }

    @Test("A choice among scores is judged by the scores and their features")
    func choice() {
        for choice in ["ArgMax", "Hardmax"] {
            let last = [
                Node("Softmax", inputs: ["scores"], outputs: ["likely"]),
                Node(choice, inputs: ["likely"], outputs: ["logits"]),
            ]
            #expect(judged(last) == ["scores", "features"])
        }
    }

    @Test("Boxes that are kept are judged by what every head gives before them")
    func detector() {
        let last = [
            Node("MatMul", inputs: ["features", "v"], outputs: ["places"]),
            Node("Exp", inputs: ["places"], outputs: ["boxes"]),
            Node("NonMaxSuppression", inputs: ["boxes", "scores"], outputs: ["kept"]),
            Node("GatherND", inputs: ["boxes", "kept"], outputs: ["logits"]),
        ]
        #expect(judged(last) == ["scores", "places"])
    }

    @Test("A product behind a choice is judged by what came before, unless it alone gives the output")
    func stages() {
        let second = [
            Node("TopK", inputs: ["scores", "k"], outputs: ["best", "places"]),
            Node("Gather", inputs: ["features", "places"], outputs: ["regions"]),
            Node("MatMul", inputs: ["regions", "v"], outputs: ["marks"]),
        ]
        #expect(judged(second + [Node("ArgMax", inputs: ["marks"], outputs: ["logits"])]) == ["scores", "features"])
        #expect(judged(second + [Node("Relu", inputs: ["marks"], outputs: ["logits"])]) == ["logits", "regions"])
    }

    @Test("A choice among inputs, as by a mask, changes nothing")
    func mask() {
        let last = [
            Node("NonZero", inputs: ["image"], outputs: ["places"]),
            Node("GatherND", inputs: ["scores", "places"], outputs: ["logits"]),
        ]
        #expect(judged(last) == ["logits", "features"])
    }

    @Test("An output that puts heads side by side is judged by each of them as well, one that adds products up is not")
    func heads() {
        let places = Node("MatMul", inputs: ["features", "v"], outputs: ["places"])
        let likely = Node("Sigmoid", inputs: ["scores"], outputs: ["likely"])
        let joined = Node(
            "Concat", inputs: ["places", "likely"], outputs: ["logits"], attributes: [Attribute("axis", 1)])
        #expect(judged([places, likely, joined]) == ["logits", "scores", "places"])
        #expect(judged([places, Node("Add", inputs: ["scores", "places"], outputs: ["logits"])]) == ["logits"])
        #expect(judged([Node("Sub", inputs: ["grid", "scores"], outputs: ["logits"])]) == ["logits", "features"])
    }
}
