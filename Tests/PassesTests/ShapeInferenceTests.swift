import GraphIR
import Operators
import Passes
import Testing

@Suite("What is known of every value")
struct ShapeInferenceTests {
    @Test("Symbols of the inputs are kept through the graph")
    func symbols() throws {
        var network = model(
            [Node("Relu", inputs: ["x"], outputs: ["a"]), Node("Flatten", inputs: ["a"], outputs: ["y"])])
        network.graph.inputs[0].type = .tensor(.float32, Shape([.symbol("batch"), 4, 5]))
        let facts = inferFacts(network)
        #expect(facts["a"]?.shape == Shape([.symbol("batch"), 4, 5]))
        #expect(facts["y"]?.shape == Shape([.symbol("batch"), 20]))
    }

    @Test("Initializers are constants, defaults of inputs are not")
    func constants() throws {
        var network = model(
            [Node("Add", inputs: ["x", "c"], outputs: ["y"])],
            constants: ["c": Tensor(scalar: Float(1)), "d": Tensor(scalar: Float(2))])
        network.graph.inputs.append(ValueInfo("d", .float32, .scalar))
        let facts = inferFacts(network)
        #expect(facts["c"]?.constant?.floats == [1])
        #expect(facts["d"]?.constant == nil && facts["d"]?.shape == .scalar)
    }

    @Test("Behind an unknown operator stands what the model declares, and inference goes on from there")
    func unknownOperator() throws {
        var network = model([
            Node("Mystery", domain: "own", inputs: ["x"], outputs: ["a"]), Node("Relu", inputs: ["a"], outputs: ["b"]),
            Node("Mystery", domain: "own", inputs: ["b"], outputs: ["c"]), Node("Relu", inputs: ["c"], outputs: ["y"]),
        ])
        network.graph.outputs[0].type = nil
        network.graph.valueInfo = [ValueInfo("a", .float32, Shape([7]))]
        let facts = inferFacts(network)
        #expect(facts["b"]?.shape == Shape([7]))
        #expect(facts["c"] == nil && facts["y"] == nil)
    }

    @Test("What is inferred outweighs a stale declaration")
    func staleDeclaration() throws {
        var network = model([Node("Relu", inputs: ["x"], outputs: ["a"]), Node("Relu", inputs: ["a"], outputs: ["y"])])
        network.graph.inputs[0].type = .tensor(.float32, Shape([.unknown, 4]))
        network.graph.valueInfo = [ValueInfo("a", .float32, Shape([1, 4]))]
        #expect(inferFacts(network)["a"]?.shape?[0] == .unknown)
    }
}
