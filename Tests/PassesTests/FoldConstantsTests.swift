import GraphIR
import Passes
import Testing

@Suite("Folding constants")
struct FoldConstantsTests {
    @Test("Constant nodes become initializers, and what they alone decide is computed")
    func chain() throws {
        let before = model(
            [
                Node(
                    "Constant", inputs: [], outputs: ["a"],
                    attributes: [Attribute("value_floats", .floats([1, 2, 3]))]),
                Node(
                    "Constant", inputs: [], outputs: ["b"],
                    attributes: [Attribute("value", .tensor(Tensor(scalar: Float(2))))]),
                Node("Mul", inputs: ["a", "b"], outputs: ["c"]),
                Node("Add", inputs: ["x", "c"], outputs: ["y"]),
            ], inputs: ["x": [2, 3]])
        let result = try afterKeepingValues(FoldConstants(), before)
        #expect(result.opTypes == ["Add"])
        #expect(result.graph.initializers["c"]?.floats == [2, 4, 6])
    }

    @Test("Shape arithmetic on known dimensions disappears")
    func shapes() throws {
        let before = model(
            [
                Node("Shape", inputs: ["x"], outputs: ["shape"]),
                Node("Gather", inputs: ["shape", "zero"], outputs: ["batch"]),
                Node("Unsqueeze", inputs: ["batch", "axes"], outputs: ["first"]),
                Node("Concat", inputs: ["first", "rest"], outputs: ["target"], attributes: [Attribute("axis", 0)]),
                Node("Reshape", inputs: ["x", "target"], outputs: ["y"]),
            ],
            constants: ["zero": Tensor(scalar: Int64(0)), "axes": integers(0), "rest": integers(-1)])
        let result = try afterKeepingValues(FoldConstants(), before)
        #expect(result.opTypes == ["Reshape"])
        #expect(result.graph.initializers["target"]?.integers == [1, -1])
    }

    @Test("Of a shape with a free batch, only the known dimensions are folded")
    func symbolicShapes() throws {
        var before = model(
            [
                Node("Shape", inputs: ["x"], outputs: ["shape"]),
                Node("Gather", inputs: ["shape", "zero"], outputs: ["batch"]),
                Node("Gather", inputs: ["shape", "one"], outputs: ["channels"]),
                Node("Slice", inputs: ["shape", "two", "four"], outputs: ["image"]),
                Node(
                    "Concat", inputs: ["batch", "channels", "image"], outputs: ["y"], attributes: [Attribute("axis", 0)]
                ),
            ],
            constants: ["zero": integers(0), "one": integers(1), "two": integers(2), "four": integers(4)])
        before.graph.inputs[0].type = .tensor(.float32, Shape([.symbol("batch"), 4, 5, 6]))
        let result = try after(FoldConstants(), before)
        #expect(result.opTypes == ["Shape", "Gather", "Concat"])
        #expect(result.graph.initializers["channels"]?.integers == [4])
        #expect(result.graph.initializers["image"]?.integers == [5, 6])
    }

    @Test("A constant that would blow up the file is not folded, one that replaces its input is")
    func growth() throws {
        var generator = SeededGenerator(seed: 9)
        let before = model(
            [
                Node("Expand", inputs: ["one", "large"], outputs: ["a"]),
                Node("Add", inputs: ["x", "a"], outputs: ["y"]),
                Node("Transpose", inputs: ["w"], outputs: ["b"], attributes: [Attribute("perm", [1, 0])]),
                Node("MatMul", inputs: ["x", "b"], outputs: ["z"]),
            ], inputs: ["x": [1, 600]], outputs: ["y", "z"],
            constants: [
                "one": Tensor([Float(1)], [1, 1]), "large": integers(600, 600), "w": generator.floats([600, 600]),
            ])
        #expect(try after(FoldConstants(), before).opTypes == ["Expand", "Add", "MatMul"])
    }

    @Test("Quantized weights, random numbers, graph outputs and defaults of inputs are not folded")
    func untouched() throws {
        var before = model(
            [
                Node("DequantizeLinear", inputs: ["q", "s"], outputs: ["w"]),
                Node("RandomNormal", inputs: [], outputs: ["r"], attributes: [Attribute("shape", [1])]),
                Node("Neg", inputs: ["default"], outputs: ["d"]),
                Node("Sum", inputs: ["x", "w", "r", "d"], outputs: ["y"]),
                Node("Neg", inputs: ["s"], outputs: ["z"]),
            ], inputs: ["x": [1]], outputs: ["y", "z"],
            constants: [
                "q": Tensor([Int8(3)], [1]), "s": Tensor(scalar: Float(2)), "default": Tensor([Float(1)], [1]),
            ])
        before.graph.inputs.append(ValueInfo("default", .float32, Shape([1])))
        #expect(try after(FoldConstants(), before).graph.nodes.count == 5)
    }

    @Test("A node that fails on its constants stays, for the run to report")
    func failing() throws {
        let before = model(
            [
                Node("Gather", inputs: ["data", "index"], outputs: ["g"]),
                Node("Add", inputs: ["x", "g"], outputs: ["y"]),
                Node("Mystery", inputs: ["data"], outputs: ["m"]), Node("Add", inputs: ["x", "m"], outputs: ["z"]),
            ], inputs: ["x": [1]], outputs: ["y", "z"],
            constants: ["data": Tensor([Float(1)], [1]), "index": Tensor(scalar: Int64(7))])
        #expect(try after(FoldConstants(), before).graph.nodes.count == 4)
    }

    /// A weight of 1.4 MB with mean 0 and variance 1, as some networks compute theirs in every run, and its readers.
    private func normalizedWeight(_ readers: [Node], outputs: [String]) -> Model {
        var generator = SeededGenerator(seed: 10)
        return model(
            [
                Node("ReduceMean", inputs: ["w"], outputs: ["mean"], attributes: [Attribute("axes", [0])]),
                Node("Sub", inputs: ["w", "mean"], outputs: ["centered"]),
                Node("Mul", inputs: ["centered", "centered"], outputs: ["square"]),
                Node("ReduceMean", inputs: ["square"], outputs: ["variance"], attributes: [Attribute("axes", [0])]),
                Node("Sqrt", inputs: ["variance"], outputs: ["deviation"]),
                Node("Div", inputs: ["centered", "deviation"], outputs: ["unit"]),
            ] + readers, inputs: ["x": [1, 600]], outputs: outputs, constants: ["w": generator.floats([600, 600])])
    }

    @Test("A large weight that is computed from another takes its place")
    func normalizedWeights() throws {
        let before = normalizedWeight([Node("MatMul", inputs: ["x", "unit"], outputs: ["y"])], outputs: ["y"])
        var folded = before
        try Pipeline([Pipeline.Stage([FoldConstants(), RemoveDeadNodes()])]).run(&folded)
        #expect(folded.opTypes == ["MatMul"])
        #expect(folded.graph.initializers.keys.sorted() == ["unit"])
        try expectSameValues(before, folded, tolerance: 0, seed: 3)
    }

    @Test("A large weight that is read beside what is computed from it is stored once")
    func weightReadTwice() throws {
        let readers = [
            Node("MatMul", inputs: ["x", "unit"], outputs: ["y"]), Node("MatMul", inputs: ["x", "w"], outputs: ["z"]),
        ]
        var folded = normalizedWeight(readers, outputs: ["y", "z"])
        try Pipeline([Pipeline.Stage([FoldConstants(), RemoveDeadNodes()], isRepeated: true)]).run(&folded)
        #expect(folded.opTypes == ["Sub", "Div", "MatMul", "MatMul"])
        let bytes = folded.graph.initializers.values.reduce(0) { $0 + $1.bytes.count }
        #expect(bytes < 600 * 600 * 4 + FoldConstants.growthLimit)
    }
}
