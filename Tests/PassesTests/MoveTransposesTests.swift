import GraphIR
import Passes
import Testing

@Suite("Moving Transposes")
struct MoveTransposesTests {
    private static let last = [0, 2, 3, 1], first = [0, 3, 1, 2]

    private func transpose(_ input: String, _ output: String, _ perm: [Int]) -> Node {
        Node("Transpose", inputs: [input], outputs: [output], attributes: [Attribute("perm", perm)])
    }

    /// A convolution before and one after `nodes`, which read `a` and write `b`, both with channels last.
    private func between(
        _ nodes: [Node], channels: Int = 3, outputs: [String] = ["y"], _ constants: [String: Tensor] = [:]
    ) -> Model {
        var generator = SeededGenerator(seed: 4)
        let weights = ["w": generator.floats([3, 4, 2, 2]), "v": generator.floats([2, channels, 1, 1])]
        return model(
            [Node("Conv", inputs: ["x", "w"], outputs: ["c"]), transpose("c", "a", Self.last)] + nodes
                + [transpose("b", "d", Self.first), Node("Conv", inputs: ["d", "v"], outputs: ["y"])],
            outputs: outputs, constants: constants.merging(weights) { _, new in new })
    }

    private func expectNone(_ model: Model, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let result = try afterKeepingValues(MoveTransposes(), model, sourceLocation: sourceLocation)
        #expect(!result.opTypes.contains("Transpose"), sourceLocation: sourceLocation)
        #expect(result.opTypes.count == model.opTypes.count - 2, sourceLocation: sourceLocation)
    }

    @Test("Two around operators that compute element by element cancel, their constants following the axes")
    func elementwise() throws {
        var generator = SeededGenerator(seed: 5)
        try expectNone(between(
            [
                Node("Mul", inputs: ["a", "k"], outputs: ["p"]), Node("Add", inputs: ["q", "p"], outputs: ["r"]),
                Node("Clip", inputs: ["r", "", "six"], outputs: ["s"]), Node("PRelu", inputs: ["s", "t"], outputs: ["b"]),
            ],
            [
                "k": generator.floats([3]), "q": generator.floats([1, 4, 1, 3]), "six": Tensor(scalar: Float(0.6)),
                "t": generator.floats([4, 4, 3]),
            ]))
    }

    @Test("Axes that operators name follow")
    func axes() throws {
        let some = ["k": integers(0, 1, 0, 2, 0, 2, 1, 1), "first": integers(1), "end": integers(4), "axis": integers(-2)]
        try expectNone(between([Node("Pad", inputs: ["a", "k"], outputs: ["b"])], channels: 6, some))
        try expectNone(between(
            [
                Node("Slice", inputs: ["a", "first", "end", "axis"], outputs: ["p"]),
                Node("Concat", inputs: ["a", "p"], outputs: ["b"], attributes: [Attribute("axis", 2)]),
            ], some))
        try expectNone(between([Node("Slice", inputs: ["a", "zeros", "ends"], outputs: ["b"])], channels: 2, [
            "zeros": integers(0, 1, 0, 0), "ends": integers(1, 3, 9, 2),
        ]))
        try expectNone(between(
            [
                Node("Split", inputs: ["a"], outputs: ["p", "q"], attributes: [Attribute("axis", 1)]),
                Node("Add", inputs: ["p", "q"], outputs: ["b"]),
            ]))
        try expectNone(between([
            Node("ReduceMean", inputs: ["a"], outputs: ["p"], attributes: [Attribute("axes", [1, -2])]),
            Node("Mul", inputs: ["a", "p"], outputs: ["b"]),
        ]))
        try expectNone(between([Node("ReduceSum", inputs: ["a", "axis"], outputs: ["b"])], some))
    }

    @Test("A residual stream goes over as a whole, and a value outside is transposed where that is the smaller part")
    func residual() throws {
        var generator = SeededGenerator(seed: 6)
        var stream = [Node](), value = "a"
        for block in 0..<3 {
            stream += [
                transpose(value, "in\(block)", Self.first),
                Node("Conv", inputs: ["in\(block)", "u"], outputs: ["c\(block)"]),
                transpose("c\(block)", "out\(block)", Self.last),
                Node("Add", inputs: [value, "out\(block)"], outputs: ["sum\(block)"]),
            ]
            value = "sum\(block)"
        }
        stream.append(Node("Mul", inputs: [value, "scale"], outputs: ["b"]))
        var before = between(stream, ["u": generator.floats([3, 3, 1, 1])])
        before.graph.inputs.append(ValueInfo("scale", .float32, Shape([1, 4, 4, 3])))
        var result = before
        try Pipeline.standard().run(&result)
        #expect(result.opTypes.filter { $0 == "Transpose" }.count == 1)
        #expect(result.node(writing: "d")?.opType == "Mul")
        try expectSameValues(before, result, tolerance: 2e-6, seed: 7)
    }

    @Test("Values that others read stay what they were")
    func otherReaders() throws {
        let read = between([Node("Relu", inputs: ["a"], outputs: ["b"])], outputs: ["y", "d"])
        try expectNone(read)
        // Three Transposes become one: that of the output.
        var twice = between([Node("Relu", inputs: ["a"], outputs: ["b"])], outputs: ["y", "b", "e"])
        twice.graph.nodes += [transpose("b", "d2", Self.first), Node("Neg", inputs: ["d2"], outputs: ["e"])]
        let result = try after(DropIdentities(), afterKeepingValues(MoveTransposes(), twice))
        #expect(result.opTypes.filter { $0 == "Transpose" }.count == 1)
    }

    @Test("Nothing changes where there would be as many")
    func asMany() throws {
        let models = [
            model([transpose("x", "a", Self.last), Node("Relu", inputs: ["a"], outputs: ["y"])]),
            model([Node("Relu", inputs: ["x"], outputs: ["a"]), transpose("a", "y", Self.last)]),
            between([Node("Relu", inputs: ["a"], outputs: ["b"])], outputs: ["y", "a", "b"]),
            between([Node("Softmax", inputs: ["a"], outputs: ["b"], attributes: [Attribute("axis", -1)])]),
            between([
                Node("ReduceSum", inputs: ["a", "axis"], outputs: ["p"], attributes: [Attribute("keepdims", 0)]),
                Node("Unsqueeze", inputs: ["p", "axis"], outputs: ["b"]),
            ], ["axis": integers(1)]),
        ]
        for model in models {
            #expect(try after(MoveTransposes(), model).opTypes == model.opTypes)
        }
    }

    @Test("A bias behind a Transpose goes into the convolution, and the last value keeps its name")
    func pipeline() throws {
        var generator = SeededGenerator(seed: 7)
        var before = between(
            [
                Node("Mul", inputs: ["a", "k"], outputs: ["p"]), Node("Add", inputs: ["p", "k"], outputs: ["q"]),
                Node("Relu", inputs: ["q"], outputs: ["b"]),
            ], ["k": generator.floats([3])])
        let original = before
        try Pipeline.standard().run(&before)
        #expect(before.opTypes == ["Conv", "Relu", "Conv"])
        #expect(before.node(writing: "d")?.opType == "Relu")
        try expectSameValues(original, before, tolerance: 2e-6, seed: 7)
    }

    @Test("Of as many Transposes those are better that leave a bias behind its convolution", arguments: ["Add", "Mul", "Max"])
    func bias(opType: String) throws {
        let before = model(
            [
                Node("Conv", inputs: ["x", "w"], outputs: ["c"]), transpose("c", "a", Self.last),
                Node(opType, inputs: ["a", "k"], outputs: ["b"]), Node("Relu", inputs: ["b"], outputs: ["y"]),
            ], constants: ["w": Tensor([0.5, -1, 2, 1] as [Float], [1, 4, 1, 1]), "k": Tensor([0.3] as [Float], [1])])
        let result = try afterKeepingValues(MoveTransposes(), before)
        let isLast = result.opTypes == ["Conv", opType, "Relu", "Transpose"]
        #expect(isLast == (opType != "Max") && result.opTypes.count == 4)
        #expect(try after(MoveTransposes(), result).opTypes == result.opTypes)
    }

    @Test("Two convolutions of which only one can have its bias beside it do not take turns")
    func turns() throws {
        var generator = SeededGenerator(seed: 9)
        let before = model(
            [
                Node("Conv", inputs: ["x", "w"], outputs: ["c"]), transpose("c", "a", Self.last),
                Node("Add", inputs: ["a", "k"], outputs: ["p"]), Node("Conv", inputs: ["z", "w"], outputs: ["d"]),
                Node("Mul", inputs: ["d", "k"], outputs: ["q"]), Node("Add", inputs: ["p", "q"], outputs: ["y"]),
            ], inputs: ["x": [1, 4, 5, 5], "z": [1, 4, 5, 5]],
            constants: ["w": generator.floats([5, 4, 1, 1]), "k": generator.floats([5])])
        #expect(try after(MoveTransposes(), before).opTypes == before.opTypes)
    }

    @Test("Orders of another rank than their tensors change nothing")
    func contradiction() throws {
        var wrong = between([Node("Relu", inputs: ["a"], outputs: ["b"])])
        wrong.graph.nodes[1].set(Attribute("perm", [0, 2, 1]))
        #expect(try after(MoveTransposes(), wrong).opTypes == wrong.opTypes)
        var empty = between([Node("Relu", inputs: ["a"], outputs: ["b"])])
        empty.graph.nodes[1].inputs = []
        empty.graph.nodes.append(Node("Split", inputs: [], outputs: ["s"], attributes: [Attribute("axis", 0)]))
        empty.graph.valueInfo.append(ValueInfo("s", .float32, Shape([1, 2])))
        empty.graph.nodes.append(Node("Transpose", inputs: ["b"], outputs: [], attributes: [Attribute("perm", Self.first)]))
        #expect(try after(MoveTransposes(), empty).opTypes == empty.opTypes)
        for opType in ["Concat", "Add"] {
            var higher = between(
                [Node(opType, inputs: ["a", "k"], outputs: ["b"], attributes: [Attribute("axis", 1)])],
                ["k": Tensor([Float](repeating: 0.5, count: 6), [1, 1, 2, 1, 3])])
            higher.graph.valueInfo.append(ValueInfo("b", .float32, Shape([1, 4, 4, 3])))
            #expect(try after(MoveTransposes(), higher).opTypes == higher.opTypes)
        }
    }
}
