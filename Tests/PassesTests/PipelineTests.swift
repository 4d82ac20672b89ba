import GraphIR
import Passes
import Testing

@Suite("The standard pipeline")
struct PipelineTests {
    @Test("An old network of everything that folds becomes a single convolution")
    func everything() throws {
        var generator = SeededGenerator(seed: 11)
        var before = model(
            [
                Node("Pad", inputs: ["x"], outputs: ["p"], attributes: [Attribute("pads", [0, 0, 1, 1, 0, 0, 1, 1])]),
                Node("Conv", inputs: ["p", "w"], outputs: ["c"]),
                Node("Dropout", inputs: ["c"], outputs: ["d"], attributes: [Attribute("ratio", Float(0.3))]),
                Node(
                    "BatchNormalization", inputs: ["d", "gamma", "beta", "mean", "variance"], outputs: ["n"]),
                Node("Identity", inputs: ["n"], outputs: ["y"]),
            ],
            constants: [
                "w": generator.floats([8, 4, 3, 3]), "gamma": generator.floats([8], in: 0.5...1),
                "beta": generator.floats([8]), "mean": generator.floats([8]),
                "variance": generator.floats([8], in: 0.5...1),
            ], opset: 9)
        before.irVersion = 3
        before.graph.inputs += before.graph.initializers.map { ValueInfo($0.key, .float32, $0.value.shape) }
        var after = before
        let reports = try Pipeline.standard().run(&after)
        try after.graph.checkInvariants()
        #expect(after.opTypes == ["Conv"])
        #expect(after.graph.inputs.map(\.name) == ["x"])
        #expect(after.graph.outputs.map(\.name) == ["y"])
        #expect(after.opset == 13 && after.irVersion >= 7)
        #expect(reports.map(\.pass).first == FreezeInitializers.name)
        #expect(reports.allSatisfy { !$0.changes.isEmpty })
    }

    @Test("A second run changes nothing")
    func idempotent() throws {
        var generator = SeededGenerator(seed: 12)
        var once = model(
            [
                Node("MatMul", inputs: ["x", "w"], outputs: ["p"]), Node("Add", inputs: ["p", "b"], outputs: ["q"]),
                Node("Softmax", inputs: ["q"], outputs: ["y"]),
            ], inputs: ["x": [2, 3]], constants: ["w": generator.floats([3, 4]), "b": generator.floats([4])], opset: 11)
        try Pipeline.standard().run(&once)
        #expect(once.opTypes == ["Gemm", "Softmax"])
        #expect(try Pipeline.standard().run(&once).isEmpty)
    }

    @Test("A cycle is an error")
    func cycle() throws {
        var looped = model([
            Node("Add", inputs: ["x", "b"], outputs: ["a"]), Node("Neg", inputs: ["a"], outputs: ["b"]),
        ])
        looped.graph.outputs = [ValueInfo("a", .float32, nil)]
        #expect(throws: GraphFault.self) { try Pipeline.standard().run(&looped) }
    }

    @Test("Every pass has a name of its own")
    func names() {
        let names = Pipeline.standard().stages.flatMap(\.passes).map { type(of: $0).name }
        #expect(Set(names).count == names.count - 1, "remove-dead-nodes is there twice")
    }
}
