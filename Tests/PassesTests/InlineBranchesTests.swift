import GraphIR
import Passes
import Testing

@Suite("Inlining branches")
struct InlineBranchesTests {
    private func conditional(_ condition: Bool) -> Model {
        let then = Graph(
            nodes: [Node("Exp", inputs: ["x"], outputs: ["s"]), Node("Add", inputs: ["s", "k"], outputs: ["out"])],
            initializers: ["k": Tensor(scalar: Float(1))],
            outputs: [ValueInfo("out", .float32, nil), ValueInfo("k", .float32, nil)])
        let otherwise = Graph(
            nodes: [Node("Neg", inputs: ["x"], outputs: ["s"])],
            outputs: [ValueInfo("s", .float32, nil), ValueInfo("x", .float32, nil)])
        let branches = [Attribute("then_branch", .graph(then)), Attribute("else_branch", .graph(otherwise))]
        return model(
            [
                Node("If", name: "first", inputs: ["c"], outputs: ["t", "u"], attributes: branches),
                Node("If", name: "second", inputs: ["c"], outputs: ["y", "v"], attributes: branches),
                Node("Sum", inputs: ["t", "u", "v"], outputs: ["z"]),
            ], outputs: ["y", "z"], constants: ["c": Tensor([condition], [])])
    }

    @Test("A known condition leaves the nodes of the branch taken, under names of their own")
    func knownCondition() throws {
        let taken = try after(InlineBranches(), conditional(true))
        #expect(taken.opTypes == ["Exp", "Add", "Identity", "Exp", "Add", "Identity", "Sum"])
        #expect(taken.graph.initializers.count == 3)
        let other = try after(InlineBranches(), conditional(false))
        #expect(other.opTypes == ["Neg", "Identity", "Neg", "Identity", "Sum"])
        #expect(other.node(writing: "v")?.inputs == ["x"])
    }

    @Test("A condition that comes from an input stays")
    func unknownCondition() throws {
        var free = conditional(true)
        free.graph.initializers = [:]
        free.graph.inputs.append(ValueInfo("c", .bool, Shape([Int]())))
        #expect(try after(InlineBranches(), free).opTypes == ["If", "If", "Sum"])
    }
}
