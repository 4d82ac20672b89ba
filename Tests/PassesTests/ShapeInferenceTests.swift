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

    @Test("Arithmetic on a shape keeps what does not depend on its free extents", arguments: [
        ("Gather", ["shape", "indices"], "[5, N]"),
        ("Slice", ["shape", "one", "three"], "[4, L]"),
        ("Mul", ["shape", "twos"], "[?, 8, ?, 10]"),
        ("Mul", ["shape", "ones"], "[N, 4, L, 5]"),
        ("Add", ["shape", "zeros"], "[N, 4, L, 5]"),
        ("Sub", ["shape", "shape"], "[0, 0, 0, 0]"),
        ("Where", ["flags", "shape", "twos"], "[N, 2, L, 2]"),
        ("Equal", ["shape", "minus"], "[0, 0, 0, 0]"),
    ])
    func partialShapes(operation: String, inputs: [String], expected: String) throws {
        #expect(try elements(operation, inputs)?.description == expected)
    }

    @Test("Nothing is claimed where the result may depend on a free extent", arguments: [
        ("Equal", ["shape", "twos"]), ("Slice", ["twos", "zero", "length"]), ("Div", ["twos", "shape"]),
        ("Min", ["shape", "twos"]), ("Gather", ["shape", "length"]),
    ])
    func freeExtents(operation: String, inputs: [String]) throws {
        #expect(try elements(operation, inputs) == nil)
    }

    /// What is known of the elements that an operator makes of the shape [N, 4, L, 5] and others.
    private func elements(_ operation: String, _ inputs: [String]) throws -> Shape? {
        var network = model(
            [
                Node("Shape", inputs: ["x"], outputs: ["shape"]),
                Node("Slice", inputs: ["shape", "two", "three"], outputs: ["length"]),
                Node(operation, inputs: inputs, outputs: ["y"]),
            ],
            constants: [
                "indices": integers(3, 0), "zero": integers(0), "one": integers(1), "two": integers(2),
                "three": integers(3), "twos": integers(2, 2, 2, 2), "ones": integers(1, 1, 1, 1),
                "zeros": integers(0, 0, 0, 0), "minus": integers(-1), "flags": Tensor([true, false, true, false], [4]),
            ])
        network.graph.inputs[0].type = .tensor(.float32, Shape([.symbol("N"), 4, .symbol("L"), 5]))
        return inferFacts(network)["y"]?.integers.map { Shape($0) }
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
