import GraphIR
import Testing

@Suite("A graph's order and invariants")
struct GraphOrderTests {
    private func node(_ inputs: [String], _ outputs: [String]) -> Node { Node("Op", inputs: inputs, outputs: outputs) }

    private func graph(_ nodes: [Node], outputs: [String] = []) -> Graph {
        Graph(nodes: nodes, inputs: [ValueInfo("x", nil)], outputs: outputs.map { ValueInfo($0, nil) })
    }

    /// A node whose body reads `outer`.
    private func branch(_ outer: String, _ output: String) -> Node {
        let body = Graph(nodes: [node([outer], ["inner of \(output)"])])
        return Node("If", inputs: ["x"], outputs: [output], attributes: [Attribute("then_branch", .graph(body))])
    }

    @Test("sorting puts writers before readers and leaves an ordered graph alone")
    func sorting() throws {
        let ordered = graph([node(["x"], ["b"]), node(["x"], ["a"]), node(["a", "b"], ["c"])], outputs: ["c"])
        #expect(try ordered.sorted().nodes.map(\.outputs) == [["b"], ["a"], ["c"]])
        let reversed = graph(ordered.nodes.reversed(), outputs: ["c"])
        #expect(throws: GraphFault.missingValue("a", reader: "Op -> 'c'")) { try reversed.checkInvariants() }
        try reversed.sorted().checkInvariants()
    }

    @Test("what a subgraph reads from outside counts")
    func subgraphs() throws {
        let unordered = graph([branch("late", "y"), node(["x"], ["late"])], outputs: ["y"])
        #expect(throws: GraphFault.self) { try unordered.checkInvariants() }
        #expect(try unordered.sorted().nodes.map(\.opType) == ["Op", "If"])
        #expect(GraphIndex(unordered).consumers["late"] == [0])
        #expect(throws: GraphFault.missingValue("nowhere", reader: "Op -> 'inner of y'")) {
            try graph([branch("nowhere", "y")]).checkInvariants()
        }
    }

    @Test("nodes that wait for each other are named")
    func cycles() {
        let cycle = graph([node(["b"], ["a"]), node(["a"], ["b"]), node(["x"], ["c"])])
        #expect(throws: GraphFault.cycle(["Op -> 'a'", "Op -> 'b'"])) { try cycle.sorted() }
        #expect(throws: GraphFault.cycle(["Op -> 'a'"])) { try graph([node(["a"], ["a"])]).sorted() }
    }

    @Test("a value is written once and every output exists")
    func values() {
        #expect(throws: GraphFault.valueWrittenTwice("a")) {
            try graph([node(["x"], ["a"]), node(["x"], ["a"])]).checkInvariants()
        }
        #expect(throws: GraphFault.valueWrittenTwice("x")) { try graph([node([""], ["x"])]).checkInvariants() }
        #expect(throws: GraphFault.missingOutput("y")) { try graph([], outputs: ["y"]).checkInvariants() }
    }

    @Test("left-out inputs and outputs are no values")
    func leftOut() throws {
        let graph = graph([node(["x", ""], ["", "a"]), node(["", "a"], ["", "b"])], outputs: ["b"])
        try graph.checkInvariants()
        #expect(GraphIndex(graph).producer == ["a": 0, "b": 1])
    }

    @Test("initializers, dense and sparse, define values; those that fill an input make it optional")
    func initializers() throws {
        var graph = graph([node(["w", "s", "x"], ["y"])], outputs: ["y"])
        #expect(throws: GraphFault.self) { try graph.checkInvariants() }
        graph.initializers["w"] = Tensor([Float(1)], [1])
        graph.sparseInitializerNames = ["s"]
        graph.inputs.append(ValueInfo("w", .float32, Shape([1])))
        try graph.checkInvariants()
        #expect(graph.requiredInputs.map(\.name) == ["x"])
        #expect(graph.valuesTakenFromOutside == [])
    }

    @Test("the index tells readers, writers and what nothing reads")
    func index() {
        let index = GraphIndex(
            graph([node(["x"], ["a"]), node(["a", "a"], ["b"]), node(["b"], ["c", "d"])], outputs: ["c"]))
        #expect(index.consumers["a"] == [1, 1])
        #expect(index.soleConsumer(of: "a") == nil)
        #expect(index.soleConsumer(of: "b") == 2)
        #expect(index.soleConsumer(of: "c") == nil)
        #expect(index.isUnused("d") && !index.isUnused("c") && !index.isUnused("x"))
    }

    @Test("new names are free, in subgraphs too")
    func names() {
        var names = GraphNames(graph([branch("x", "y")]))
        #expect(names.fresh("z") == "z")
        #expect(names.fresh("z") == "z_1")
        #expect(names.fresh("inner of y") == "inner of y_1")
    }
}
