import GraphIR
import Passes
import Testing

@Suite("Folding BatchNormalization")
struct FoldBatchNormalizationTests {
    /// The four parameters of a normalization of `channels`, under names with this prefix.
    private func parameters(_ channels: Int, _ prefix: String = "bn", seed: UInt64 = 1) -> [String: Tensor] {
        var generator = SeededGenerator(seed: seed)
        return [
            "\(prefix)_gamma": generator.floats([channels], in: 0.5...2),
            "\(prefix)_beta": generator.floats([channels]),
            "\(prefix)_mean": generator.floats([channels]),
            "\(prefix)_variance": generator.floats([channels], in: 0.1...3),
        ]
    }

    private func normalization(_ input: String, _ output: String, _ prefix: String = "bn") -> Node {
        Node(
            "BatchNormalization", name: prefix,
            inputs: [input] + ["gamma", "beta", "mean", "variance"].map { "\(prefix)_\($0)" }, outputs: [output],
            attributes: [Attribute("epsilon", Float(1e-3))])
    }

    private func constants(_ extents: [String: [Int]], channels: Int, seed: UInt64 = 2) -> [String: Tensor] {
        var generator = SeededGenerator(seed: seed)
        var result = parameters(channels)
        for name in extents.keys.sorted() { result[name] = generator.floats(extents[name] ?? []) }
        return result
    }

    @Test("after a convolution, with and without bias, groups and padding", arguments: [1, 2, 4], [true, false])
    func convolution(groups: Int, hasBias: Bool) throws {
        let conv = Node(
            "Conv", inputs: hasBias ? ["x", "w", "b"] : ["x", "w"], outputs: ["c"],
            attributes: [Attribute("group", groups), Attribute("pads", [1, 1, 1, 1])])
        let before = model(
            [conv, normalization("c", "y")],
            constants: constants(["w": [8, 4 / groups, 3, 3], "b": [8]], channels: 8))
        let result = try afterKeepingValues(FoldBatchNormalization(), before)
        #expect(result.opTypes == ["Conv"])
        #expect(result.node(writing: "y")?.inputs.count == 3)
    }

    @Test("after a transposed convolution, whose weight has the input channels first", arguments: [1, 2, 4])
    func transposedConvolution(groups: Int) throws {
        let conv = Node(
            "ConvTranspose", inputs: ["x", "w", "b"], outputs: ["c"],
            attributes: [Attribute("group", groups), Attribute("strides", [2, 2])])
        let before = model(
            [conv, normalization("c", "y")],
            constants: constants(["w": [4, 8 / groups, 3, 3], "b": [8]], channels: 8))
        #expect(try afterKeepingValues(FoldBatchNormalization(), before).opTypes == ["ConvTranspose"])
    }

    @Test("after a Gemm, transposed or not, with alpha and beta", arguments: [0, 1])
    func gemm(transposed: Int) throws {
        let gemm = Node(
            "Gemm", inputs: ["x", "w", "b"], outputs: ["c"],
            attributes: [
                Attribute("transB", transposed), Attribute("alpha", Float(0.5)), Attribute("beta", Float(2)),
            ])
        let before = model(
            [gemm, normalization("c", "y")], inputs: ["x": [3, 6]],
            constants: constants(["w": transposed == 1 ? [5, 6] : [6, 5], "b": [1, 5]], channels: 5))
        #expect(try afterKeepingValues(FoldBatchNormalization(), before).opTypes == ["Gemm"])
    }

    @Test("after a matrix product, which becomes a Gemm")
    func matrixProduct() throws {
        let before = model(
            [Node("MatMul", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "y")], inputs: ["x": [3, 6]],
            constants: constants(["w": [6, 5]], channels: 5))
        #expect(try afterKeepingValues(FoldBatchNormalization(), before).opTypes == ["Gemm"])
    }

    @Test("A weight that two convolutions share is copied, not changed for both")
    func sharedWeight() throws {
        let before = model(
            [
                Node("Conv", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "y"),
                Node("Conv", inputs: ["x", "w"], outputs: ["z"]),
            ], outputs: ["y", "z"], constants: constants(["w": [8, 4, 1, 1]], channels: 8))
        let result = try afterKeepingValues(FoldBatchNormalization(), before)
        #expect(result.opTypes == ["Conv", "Conv"])
        #expect(result.node(writing: "z")?.inputs[1] == "w")
        #expect(result.node(writing: "y")?.inputs[1] != "w")
    }

    @Test("Two normalizations in a row go into one convolution")
    func twice() throws {
        let before = model(
            [
                Node("Conv", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "d"),
                normalization("d", "y", "second"),
            ],
            constants: constants(["w": [8, 4, 3, 3]], channels: 8)
                .merging(parameters(8, "second", seed: 5)) { first, _ in first })
        #expect(try afterKeepingValues(FoldBatchNormalization(), before).opTypes == ["Conv"])
    }

    @Test("A product that others read too, a weight behind DequantizeLinear, and a training normalization stay")
    func untouched() throws {
        let shared = model(
            [Node("Conv", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "y")], outputs: ["y", "c"],
            constants: constants(["w": [8, 4, 1, 1]], channels: 8))
        #expect(try after(FoldBatchNormalization(), shared).opTypes == ["Conv", "BatchNormalization"])

        var quantized = constants(["unused": [1]], channels: 8)
        quantized["q"] = Tensor((0..<32).map { Int8($0 - 16) }, [8, 4, 1, 1])
        quantized["s"] = Tensor(scalar: Float(0.1))
        let dequantized = model(
            [
                Node("DequantizeLinear", inputs: ["q", "s"], outputs: ["w"]),
                Node("Conv", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "y"),
            ], constants: quantized)
        #expect(try after(FoldBatchNormalization(), dequantized).opTypes.last == "BatchNormalization")

        var training = shared
        training.graph.outputs.removeLast()
        training.graph.nodes[1].set(Attribute("training_mode", 1))
        #expect(try after(FoldBatchNormalization(), training).opTypes.last == "BatchNormalization")
    }

    @Test("A channel of no variance does not make a weight infinite")
    func noVariance() throws {
        var values = constants(["w": [8, 4, 1, 1]], channels: 8)
        values["bn_variance"] = Tensor(Array(repeating: Float(0), count: 8), [8])
        var before = model(
            [Node("Conv", inputs: ["x", "w"], outputs: ["c"]), normalization("c", "y")], constants: values)
        before.graph.nodes[1].set(Attribute("epsilon", Float(0)))
        #expect(try after(FoldBatchNormalization(), before).opTypes == ["Conv", "BatchNormalization"])
    }

    @Test("before a convolution without padding, in every group", arguments: [1, 2, 4])
    func forward(groups: Int) throws {
        let conv = Node("Conv", inputs: ["n", "w"], outputs: ["y"], attributes: [Attribute("group", groups)])
        let before = model(
            [normalization("x", "n"), conv], constants: constants(["w": [8, 4 / groups, 3, 3]], channels: 4))
        let result = try afterKeepingValues(FoldBatchNormalizationForward(), before)
        #expect(result.opTypes == ["Conv"])
    }

    @Test("before a convolution with padding it stays, unless it shifts nothing")
    func forwardPadded() throws {
        let conv = Node("Conv", inputs: ["n", "w"], outputs: ["y"], attributes: [Attribute("pads", [1, 1, 1, 1])])
        var before = model([normalization("x", "n"), conv], constants: constants(["w": [8, 4, 3, 3]], channels: 4))
        #expect(try after(FoldBatchNormalizationForward(), before).opTypes == ["BatchNormalization", "Conv"])
        let zeros = Tensor(Array(repeating: Float(0), count: 4), [4])
        before.graph.initializers["bn_beta"] = zeros
        before.graph.initializers["bn_mean"] = zeros
        #expect(try afterKeepingValues(FoldBatchNormalizationForward(), before).opTypes == ["Conv"])
    }

    @Test("alone it becomes scale and shift")
    func alone() throws {
        let before = model([normalization("x", "y")], constants: constants([:], channels: 4))
        let result = try afterKeepingValues(SplitBatchNormalization(), before)
        #expect(result.opTypes == ["Mul", "Add"])
        let matrix = model([normalization("x", "y")], inputs: ["x": [3, 4]], constants: constants([:], channels: 4))
        #expect(try afterKeepingValues(SplitBatchNormalization(), matrix).opTypes == ["Mul", "Add"])
    }
}
