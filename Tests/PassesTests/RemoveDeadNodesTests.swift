import GraphIR
import Passes
import Testing

@Suite("Removing what nothing uses")
struct RemoveDeadNodesTests {
    @Test("A chain that leads nowhere goes, with its constants and value infos")
    func deadChain() throws {
        var input = model(
            [
                Node("Relu", inputs: ["x"], outputs: ["y"]),
                Node("Add", inputs: ["x", "c"], outputs: ["a"]),
                Node("Exp", inputs: ["a"], outputs: ["b"]),
            ], constants: ["c": Tensor(scalar: Float(1)), "unused": Tensor(scalar: Float(2))])
        input.graph.valueInfo = [ValueInfo("a", .float32, nil)]
        let result = try after(RemoveDeadNodes(), input)
        #expect(result.opTypes == ["Relu"])
        #expect(result.graph.initializers.isEmpty)
        #expect(result.graph.valueInfo.isEmpty)
    }

    @Test("A value that only a branch reads is used")
    func readByBranch() throws {
        let branch = Graph(
            nodes: [Node("Neg", inputs: ["a"], outputs: ["n"])], outputs: [ValueInfo("n", .float32, nil)])
        let input = model([
            Node("Exp", inputs: ["x"], outputs: ["a"]),
            Node("ReduceSum", inputs: ["x"], outputs: ["sum"]),
            Node("Cast", inputs: ["sum"], outputs: ["condition"], attributes: [Attribute("to", 9)]),
            Node(
                "If", inputs: ["condition"], outputs: ["y"],
                attributes: [Attribute("then_branch", .graph(branch)), Attribute("else_branch", .graph(branch))]),
        ])
        #expect(try after(RemoveDeadNodes(), input).graph.nodes.count == 4)
    }

    @Test("A node stays while one of its outputs is used")
    func oneOutputUsed() throws {
        let split = Node("Split", inputs: ["x"], outputs: ["a", "y"], attributes: [Attribute("axis", 1)])
        #expect(try after(RemoveDeadNodes(), model([split])).opTypes == ["Split"])
    }

    @Test("Model inputs stay though nothing reads them")
    func unusedInput() throws {
        let input = model([Node("Relu", inputs: ["x"], outputs: ["y"])], inputs: ["x": [1], "z": [1]])
        #expect(try after(RemoveDeadNodes(), input).graph.inputs.map(\.name) == ["x", "z"])
    }
}
