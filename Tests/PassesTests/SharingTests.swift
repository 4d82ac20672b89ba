import GraphIR
import Passes
import Testing

@Suite("Sharing what is there twice")
struct SharingTests {
    @Test("Identical constants become one; equal bytes of another shape or type do not")
    func constants() throws {
        let before = model(
            [
                Node("Sum", inputs: ["x", "a", "b", "c"], outputs: ["s"]),
                Node("Reshape", inputs: ["s", "d"], outputs: ["y"]),
            ],
            inputs: ["x": [2]],
            constants: [
                "a": Tensor([Float(1), 2], [2]), "b": Tensor([Float(1), 2], [2]), "c": Tensor([Float(1), 2], [1, 2]),
                "d": Tensor([Int64(-1)], [1]), "e": Tensor([UInt64.max], [1]),
            ])
        let result = try after(ShareConstants(), before)
        #expect(result.graph.nodes[0].inputs == ["x", "a", "a", "c"])
        #expect(Array(result.graph.initializers.keys) == ["a", "c", "d", "e"])
    }

    @Test("A constant that is a graph output keeps its name")
    func outputs() throws {
        let before = model(
            [Node("Add", inputs: ["x", "a"], outputs: ["y"])], inputs: ["x": [1]], outputs: ["y", "b"],
            constants: ["a": Tensor([Float(1)], [1]), "b": Tensor([Float(1)], [1])])
        #expect(try after(ShareConstants(), before).graph.initializers.count == 2)
    }

    @Test("Equal chains of nodes become one, random numbers do not")
    func nodes() throws {
        let before = model(
            [
                Node("Exp", inputs: ["x"], outputs: ["a"]), Node("Neg", inputs: ["a"], outputs: ["b"]),
                Node("Exp", inputs: ["x"], outputs: ["c"]), Node("Neg", inputs: ["c"], outputs: ["d"]),
                Node("RandomNormalLike", inputs: ["x"], outputs: ["e"]),
                Node("RandomNormalLike", inputs: ["x"], outputs: ["f"]),
                Node("Sum", inputs: ["b", "d", "e", "f"], outputs: ["y"]),
            ])
        let result = try after(ShareNodes(), before)
        #expect(result.opTypes == ["Exp", "Neg", "RandomNormalLike", "RandomNormalLike", "Sum"])
        #expect(result.node(writing: "y")?.inputs == ["b", "b", "e", "f"])
    }

    @Test("Other attributes or a graph output keep nodes apart")
    func differentNodes() throws {
        let before = model(
            [
                Node("LeakyRelu", inputs: ["x"], outputs: ["a"], attributes: [Attribute("alpha", Float(0.1))]),
                Node("LeakyRelu", inputs: ["x"], outputs: ["b"], attributes: [Attribute("alpha", Float(0.2))]),
                Node("LeakyRelu", inputs: ["x"], outputs: ["z"], attributes: [Attribute("alpha", Float(0.1))]),
                Node("Add", inputs: ["a", "b"], outputs: ["y"]),
            ], outputs: ["y", "z"])
        #expect(try after(ShareNodes(), before).graph.nodes.count == 4)
    }
}
