import GraphIR
import Interpreter
import Kernels
import Operators
import Testing

private func model(
    _ nodes: [Node], input: Shape = Shape([.symbol("n"), 3, 6, 6]), constants: KeyValuePairs<String, Tensor> = [:],
    outputs: [String] = ["y"]
) -> Model {
    var graph = Graph(
        nodes: nodes, inputs: [ValueInfo("x", .float32, input)], outputs: outputs.map { ValueInfo($0, nil) })
    for (name, tensor) in constants { graph.initializers[name] = tensor }
    return Model(opsetImports: [OpsetImport("", 13)], graph: graph)
}

private func ramp(_ extents: [Int], step: Float = 0.01) -> Tensor {
    Tensor((0..<extents.reduce(1, *)).map { Float($0 % 97) * step - 0.4 }, extents)
}

@Suite("Sessions")
struct SessionTests {
    private static let branching = model([
        Node("Conv", inputs: ["x", "w"], outputs: ["a"], attributes: [Attribute("pads", [1, 1, 1, 1])]),
        Node("Relu", inputs: ["a"], outputs: ["b"]),
        Node("Neg", inputs: ["a"], outputs: ["c"]),
        Node("Add", inputs: ["b", "c"], outputs: ["d"]),
        Node("Transpose", inputs: ["d"], outputs: ["e"], attributes: [Attribute("perm", [0, 2, 3, 1])]),
        Node("Mul", inputs: ["e", "e"], outputs: ["y"]),
    ], constants: ["w": ramp([3, 3, 3, 3])])

    /// Every node by itself, each value in memory of its own.
    private func nodeByNode(_ model: Model, _ x: Tensor) throws -> [String: Tensor] {
        var values = Dictionary(uniqueKeysWithValues: model.graph.initializers.map { ($0.key, $0.value) })
        values["x"] = x
        for node in model.graph.nodes {
            let results = try OperatorTable.evaluate(node, opset: model.opset, inputs: node.inputs.map { values[$0] })
            for (name, value) in zip(node.outputs, results) { values[name] = value }
        }
        return values
    }

    @Test("sharing memory between values changes no result")
    func sharedMemory() throws {
        let session = try Session(Self.branching)
        let x = ramp([2, 3, 6, 6])
        let expected = try nodeByNode(Self.branching, x)
        #expect(try session.run(["x": x])["y"]?.floats == expected["y"]?.floats)
    }

    @Test("one session serves samples of different extents, in any order")
    func extents() throws {
        let session = try Session(Self.branching)
        for batch in [1, 3, 1, 2, 3] {
            let x = ramp([batch, 3, 6, 6])
            let y = try session.run(["x": x])["y"]
            #expect(y?.extents == [batch, 6, 6, 3])
            #expect(try y?.floats == nodeByNode(Self.branching, x)["y"]?.floats)
        }
    }

    @Test("an observer sees every value it asked for, inputs included, before its memory is used again")
    func observing() throws {
        let names: Set<String> = ["x", "a", "b", "c", "d", "e", "y"]
        let session = try Session(Self.branching, observing: names)
        let x = ramp([1, 3, 6, 6])
        let expected = try nodeByNode(Self.branching, x)
        var seen: [String: [Float]] = [:]
        _ = try session.run(["x": x]) { name, view in seen[name] = view.copy().floats }
        #expect(Set(seen.keys) == names)
        for name in names { #expect(seen[name] == expected[name]?.floats, "\(name)") }
    }

    @Test("a shape that depends on the contents of a value is computed for each sample")
    func dataDependent() throws {
        let session = try Session(model([
            Node("NonZero", inputs: ["x"], outputs: ["i"]),
            Node("Transpose", inputs: ["i"], outputs: ["y"], attributes: [Attribute("perm", [1, 0])]),
        ], input: Shape([.symbol("n")])))
        #expect(try session.run(["x": Tensor([Float(0), 2, 0, 3], [4])])["y"]?.integers == [1, 3])
        #expect(try session.run(["x": Tensor([Float(1), 0, 0, 0], [4])])["y"]?.integers == [0])
    }

    @Test("what does not depend on such a shape is planned all the same, and every value is shown once")
    func plannedAsFarAsPossible() throws {
        let session = try Session(model([
            Node("Neg", inputs: ["x"], outputs: ["n"]), Node("NonZero", inputs: ["n"], outputs: ["i"]),
            Node("Abs", inputs: ["n"], outputs: ["a"]), Node("Transpose", inputs: ["i"], outputs: ["t"]),
            Node("GatherND", inputs: ["a", "t"], outputs: ["y"]),
        ], input: Shape([.symbol("n")])), observing: ["x", "n", "i", "a", "y"])
        for input: [Float] in [[0, 2, 0, -3], [1, 0, 0, 0]] {
            var seen: [String] = []
            let result = try session.run(["x": Tensor(input, [4])]) { name, _ in seen.append(name) }
            #expect(result["y"]?.floats == input.filter { $0 != 0 }.map(\.magnitude))
            #expect(seen == ["x", "n", "a", "i", "y"])
        }
    }

    @Test("of an If only the branch that its condition chooses runs", arguments: [Float(1), -1])
    func branches(value: Float) throws {
        let negated = Graph(nodes: [Node("Neg", inputs: ["x"], outputs: ["r"])], outputs: [ValueInfo("r", nil)])
        let raised = Graph(nodes: [
            Node("Abs", inputs: ["x"], outputs: ["s"]), Node("Add", inputs: ["s", "one"], outputs: ["r"]),
        ], initializers: ["one": Tensor(scalar: Float(1))], outputs: [ValueInfo("r", nil)])
        let session = try Session(model([
            Node("ReduceMax", inputs: ["x"], outputs: ["m"], attributes: [Attribute("keepdims", 0)]),
            Node("Greater", inputs: ["m", "zero"], outputs: ["c"]),
            Node("If", inputs: ["c"], outputs: ["y"], attributes: [
                Attribute("then_branch", .graph(negated)), Attribute("else_branch", .graph(raised)),
            ]),
        ], input: Shape([.symbol("n")]), constants: ["zero": Tensor(scalar: Float(0))]))
        let y = try session.run(["x": Tensor([value, value], [2])])["y"]
        let expected: Float = value > 0 ? -value : value.magnitude + 1
        #expect(y?.floats == [expected, expected])
    }

    @Test("an output may be an input or a constant as it is")
    func passedThrough() throws {
        let session = try Session(model(
            [Node("Neg", inputs: ["x"], outputs: ["y"])], input: Shape([2]), constants: ["k": ramp([3])],
            outputs: ["x", "k", "y"]))
        let result = try session.run(["x": Tensor([Float(1), -2], [2])])
        #expect(result["x"]?.floats == [1, -2] && result["k"]?.floats == ramp([3]).floats && result["y"]?.floats == [-1, 2])
    }

    @Test("a name, type or shape that the model does not take is refused")
    func refused() throws {
        let session = try Session(Self.branching)
        let x = ramp([1, 3, 6, 6])
        #expect(throws: InterpreterFault.missingInput("x")) { try session.run([:]) }
        #expect(throws: InterpreterFault.unknownInput("z", known: ["x"])) { try session.run(["x": x, "z": x]) }
        #expect(throws: InterpreterFault.self) { try session.run(["x": ramp([1, 4, 6, 6])]) }
        #expect(throws: InterpreterFault.self) { try session.run(["x": ramp([3, 6, 6])]) }
        #expect(throws: InterpreterFault.self) { try session.run(["x": Tensor([UInt8](repeating: 1, count: 108), [1, 3, 6, 6])]) }
    }

    @Test("a fault names the node it happened at")
    func faults() throws {
        let broken = model([Node("Conv", name: "stem", inputs: ["x", "w"], outputs: ["y"])], constants: ["w": ramp([2, 5, 3, 3])])
        #expect {
            try Session(broken).run(["x": ramp([1, 3, 6, 6])])
        } throws: { error in
            (error as? NodeFault)?.node == "Conv 'stem'"
        }
    }
}
