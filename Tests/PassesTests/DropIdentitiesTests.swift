import GraphIR
import Passes
import Testing

@Suite("Dropping nodes that change nothing")
struct DropIdentitiesTests {
    @Test("A chain of identities goes at once, and its readers read the value before it")
    func chain() throws {
        let result = try after(
            DropIdentities(),
            model([
                Node("Relu", inputs: ["x"], outputs: ["a"]),
                Node("Identity", inputs: ["a"], outputs: ["b"]),
                Node("Dropout", inputs: ["b"], outputs: ["c", "mask"]),
                Node("Sum", inputs: ["c"], outputs: ["d"]),
                Node("Exp", inputs: ["d"], outputs: ["y"]),
            ]))
        #expect(result.opTypes == ["Relu", "Exp"])
        #expect(result.node(writing: "y")?.inputs == ["a"])
    }

    @Test("The name of a graph output survives: the node before writes it")
    func beforeOutput() throws {
        let result = try after(
            DropIdentities(),
            model(
                [
                    Node("Relu", inputs: ["x"], outputs: ["a"]),
                    Node("Exp", inputs: ["a"], outputs: ["z"]),
                    Node("Identity", inputs: ["a"], outputs: ["b"]),
                    Node("Identity", inputs: ["b"], outputs: ["y"]),
                ], outputs: ["y", "z"]))
        #expect(result.opTypes == ["Relu", "Exp"])
        #expect(result.node(writing: "z")?.inputs == ["y"])
    }

    @Test("An identity between an input and an output, or between two outputs, stays")
    func bothNamesNeeded() throws {
        let untouched = model(
            [
                Node("Identity", inputs: ["x"], outputs: ["y"]),
                Node("Relu", inputs: ["x"], outputs: ["a"]),
                Node("Identity", inputs: ["a"], outputs: ["b"]),
            ], outputs: ["y", "a", "b"])
        #expect(try after(DropIdentities(), untouched).opTypes == ["Identity", "Relu", "Identity"])
    }

    @Test("A branch that reads the dropped value reads the one before")
    func readByBranch() throws {
        let branch = Graph(
            nodes: [Node("Neg", inputs: ["b"], outputs: ["n"])], outputs: [ValueInfo("n", .float32, nil)])
        let input = model(
            [
                Node("Exp", inputs: ["x"], outputs: ["a"]),
                Node("Identity", inputs: ["a"], outputs: ["b"]),
                Node(
                    "If", inputs: ["condition"], outputs: ["y"],
                    attributes: [Attribute("then_branch", .graph(branch)), Attribute("else_branch", .graph(branch))]),
            ], constants: ["condition": Tensor([true], [])])
        let result = try after(DropIdentities(), input)
        #expect(result.opTypes == ["Exp", "If"])
        #expect(result.graph.nodes[1].subgraphs[0].nodes[0].inputs == ["a"])
    }

    @Test("A Dropout whose mask is used, or that trains, stays")
    func usedMask() throws {
        let dropouts = model(
            [
                Node("Dropout", inputs: ["x"], outputs: ["a", "y"]),
                Node("Dropout", inputs: ["x", "", "training"], outputs: ["b"]),
                Node("Add", inputs: ["a", "b"], outputs: ["z"]),
            ], outputs: ["y", "z"], constants: ["training": Tensor([true], [])])
        #expect(try after(DropIdentities(), dropouts).opTypes == ["Dropout", "Dropout", "Add"])
    }

    @Test("Transposes that cancel go, others become one")
    func transposes() throws {
        let there = Attribute("perm", [0, 2, 3, 1])
        let back = Attribute("perm", [0, 3, 1, 2])
        var cancelling = model([
            Node("Transpose", inputs: ["x"], outputs: ["a"], attributes: [there]),
            Node("Transpose", inputs: ["a"], outputs: ["b"], attributes: [back]),
            Node("Relu", inputs: ["b"], outputs: ["y"]),
        ])
        for pass in [JoinTransposes(), DropIdentities(), RemoveDeadNodes()] as [any Pass] {
            cancelling = try after(pass, cancelling)
        }
        #expect(cancelling.opTypes == ["Relu"])

        let twice = model([
            Node("Transpose", inputs: ["x"], outputs: ["a"], attributes: [there]),
            Node("Transpose", inputs: ["a"], outputs: ["y"], attributes: [there]),
        ])
        let joined = try afterKeepingValues(JoinTransposes(), twice)
        #expect(joined.node(writing: "y")?.ints("perm") == [0, 3, 1, 2])
        #expect(joined.node(writing: "y")?.inputs == ["x"])
    }

    @Test("Padding by nothing, casting to the same type and reshaping to the same shape go")
    func noOperation() throws {
        let input = model(
            [
                Node("Pad", inputs: ["x", "pads"], outputs: ["a"]),
                Node("Cast", inputs: ["a"], outputs: ["b"], attributes: [Attribute("to", 1)]),
                Node("Reshape", inputs: ["b", "shape"], outputs: ["c"]),
                Node("Slice", inputs: ["c", "starts", "ends"], outputs: ["d"]),
                Node("Relu", inputs: ["d"], outputs: ["y"]),
            ],
            constants: [
                "pads": integers(0, 0, 0, 0, 0, 0, 0, 0), "shape": integers(-1, 4, 5, 5), "starts": integers(0),
                "ends": integers(9),
            ])
        #expect(try after(DropIdentities(), input).opTypes == ["Relu"])
    }

    @Test("Multiplying and dividing by ones go, but not where the ones make the value larger")
    func ones() throws {
        let result = try after(
            DropIdentities(),
            model([
                Node("Mul", inputs: ["x", "one"], outputs: ["a"]),
                Node("Div", inputs: ["a", "row"], outputs: ["b"]),
                Node("Mul", inputs: ["b", "larger"], outputs: ["y"]),
            ], constants: [
                "one": Tensor(scalar: Float(1)), "row": Tensor([Float](repeating: 1, count: 5), [5]),
                "larger": Tensor([Float](repeating: 1, count: 3), [3, 1, 1, 1]),
            ]))
        #expect(result.opTypes == ["Mul"])
        #expect(result.node(writing: "y")?.inputs == ["x", "larger"])
    }

    @Test("A Reshape of a free batch to the same shape goes, one that moves elements stays")
    func symbolicReshape() throws {
        var input = model(
            [
                Node("Reshape", inputs: ["x", "same"], outputs: ["a"]),
                Node("Reshape", inputs: ["a", "other"], outputs: ["y"]),
            ], constants: ["same": integers(-1, 12), "other": integers(12, -1)])
        input.graph.inputs[0].type = .tensor(.float32, Shape([.symbol("batch"), 12]))
        let result = try after(DropIdentities(), input)
        #expect(result.graph.nodes.map(\.inputs) == [["x", "other"]])
    }
}
