import GraphIR
import Passes
import Testing

@Suite("Making Casts of CastLikes")
struct ExpandCastLikeTests {
    @Test("What is cast like a value of known type is cast to that type")
    func cast() throws {
        let old = model(
            [Node("Abs", inputs: ["x"], outputs: ["a"]), Node("CastLike", inputs: ["n", "a"], outputs: ["y"])],
            constants: ["n": integers(3, 4)])
        let result = try afterKeepingValues(ExpandCastLike(), old)
        #expect(result.opTypes == ["Abs", "Cast"])
        #expect(result.graph.nodes[1].int("to") == Int(ElementType.float32.rawValue))
        #expect(result.graph.nodes[1].inputs == ["n"])
    }

    @Test("A bias that is cast like the data is a constant bias in the end")
    func bias() throws {
        var old = model(
            [
                Node("CastLike", inputs: ["zero", "x"], outputs: ["b"]),
                Node("Expand", inputs: ["b", "channels"], outputs: ["bias"]),
                Node("Conv", inputs: ["x", "w", "bias"], outputs: ["y"]),
            ],
            constants: [
                "zero": Tensor([Float(0)], [1]), "channels": integers(4),
                "w": Tensor([Float](repeating: 1, count: 16), [4, 4, 1, 1]),
            ], opset: 18)
        try Pipeline.standard().run(&old)
        #expect(old.opTypes == ["Conv"])
    }

    @Test("Where the type is not known it stays")
    func unknown() throws {
        let node = Node("CastLike", inputs: ["x", "t"], outputs: ["y"])
        let other = Node("Mystery", domain: "else", inputs: ["x"], outputs: ["t"])
        #expect(try after(ExpandCastLike(), model([other, node])).opTypes == ["Mystery", "CastLike"])
    }
}
