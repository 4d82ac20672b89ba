import GraphIR
import Operators
import Passes
import Quantization

/// Small networks made by hand.
enum Networks {
    /// conv -> relu -> conv, added to the relu -> relu -> global average -> flatten -> gemm -> logits.
    static func residual() -> Model {
        let nodes = [
            Node("Conv", name: "stem", inputs: ["image", "w0", "b0"], outputs: ["stem"], attributes: same),
            Node("Relu", name: "relu0", inputs: ["stem"], outputs: ["a"]),
            Node("Conv", name: "branch", inputs: ["a", "w1"], outputs: ["b"], attributes: same),
            Node("Add", name: "join", inputs: ["a", "b"], outputs: ["sum"]),
            Node("Relu", name: "relu1", inputs: ["sum"], outputs: ["c"]),
            Node("GlobalAveragePool", name: "pool", inputs: ["c"], outputs: ["d"]),
            Node("Flatten", name: "flat", inputs: ["d"], outputs: ["e"]),
            Node("Gemm", name: "head", inputs: ["e", "w2", "b2"], outputs: ["logits"]),
        ]
        return model(nodes, [
            "w0": weight([4, 3, 3, 3]), "b0": weight([4]), "w1": weight([4, 4, 3, 3]), "w2": weight([4, 5]),
            "b2": weight([5]),
        ], input: Shape([.symbol("n"), 3, 8, 8]), output: Shape([.symbol("n"), 5]))
    }

    /// A normalization whose result two products and a residual read, as in a transformer.
    static func transformerBlock() -> Model {
        let nodes = [
            Node("LayerNormalization", name: "norm", inputs: ["image", "g", "h"], outputs: ["x"]),
            Node("MatMul", name: "up", inputs: ["x", "w0"], outputs: ["u"]),
            Node("Add", name: "bias", inputs: ["u", "b0"], outputs: ["v"]),
            Node("Relu", name: "relu", inputs: ["v"], outputs: ["r"]),
            Node("MatMul", name: "down", inputs: ["r", "w1"], outputs: ["y"]),
            Node("Add", name: "residual", inputs: ["x", "y"], outputs: ["logits"]),
        ]
        return model(nodes, [
            "g": weight([8]), "h": weight([8]), "w0": weight([8, 16]), "b0": weight([16]), "w1": weight([16, 8]),
        ], input: Shape([.symbol("n"), 6, 8]), output: Shape([.symbol("n"), 6, 8]), opset: 17)
    }

    /// Queries, keys and values of `terms` numbers, their attention, and a product behind it.
    static func attention(terms: Int) -> Model {
        let nodes = ["q", "k", "v"].map { Node("MatMul", name: $0, inputs: ["image", "w_" + $0], outputs: [$0]) } + [
            Node("Transpose", name: "turn", inputs: ["k"], outputs: ["t"], attributes: [Attribute("perm", [0, 2, 1])]),
            Node("MatMul", name: "scores", inputs: ["q", "t"], outputs: ["s"]),
            Node("Softmax", name: "softmax", inputs: ["s"], outputs: ["p"]),
            Node("MatMul", name: "mix", inputs: ["p", "v"], outputs: ["m"]),
            Node("MatMul", name: "out", inputs: ["m", "w_o"], outputs: ["logits"]),
        ]
        return model(nodes, [
            "w_q": weight([8, terms]), "w_k": weight([8, terms]), "w_v": weight([8, terms]), "w_o": weight([terms, 8]),
        ], input: Shape([.symbol("n"), 12, 8]), output: Shape([.symbol("n"), 12, 8]))
    }

    static let same = [Attribute("pads", [1, 1, 1, 1]), Attribute("kernel_shape", [3, 3])]

    static func model(
        _ nodes: [Node], _ weights: [(String, Tensor)], input: Shape, output: Shape, opset: Int = 13
    ) -> Model {
        var graph = Graph(
            nodes: nodes, inputs: [ValueInfo("image", .float32, input)],
            outputs: [ValueInfo("logits", .float32, output)])
        for (name, tensor) in weights { graph.initializers[name] = tensor }
        return Model(opsetImports: [OpsetImport("", opset)], graph: graph)
    }

    static func model(
        _ nodes: [Node], _ weights: KeyValuePairs<String, Tensor>, input: Shape, output: Shape, opset: Int = 13
    ) -> Model { model(nodes, weights.map { ($0.key, $0.value) }, input: input, output: output, opset: opset) }

    /// Values without a pattern, the same at every call.
    static func weight(_ extents: [Int]) -> Tensor {
        let count = extents.reduce(1, *)
        return Tensor((0..<count).map { Float(($0 * 7919 + 13) % 101) / 50 - 1 }, extents)
    }
}

extension Model {
    func placement(_ options: QuantizationOptions = QuantizationOptions()) -> Placement {
        PlacementPlanner.plan(self, facts: inferFacts(self), options: options)
    }

    /// The model quantized with the range -4...4 for every activation, those around the nodes at `wide` with uint16.
    func quantized(_ options: QuantizationOptions = QuantizationOptions(), wide: Set<Int> = []) -> Model {
        let placement = placement(options)
        let ranges = Dictionary(uniqueKeysWithValues: placement.observedValues.map { ($0, Float(-4)...4) })
        let grids = ActivationGrids.choose(placement, graph: graph, ranges: ranges, target: options.target)
        var variant = OutputTrials.Variant(model: self, placement: placement, grids: grids)
        variant.wide.nodes = wide
        variant.wide.grids = ranges.mapValues { Grid.asymmetric($0, .uint16) }
        return Rewriter.rewrite(variant).model
    }

    func node(_ name: String) -> Node? { graph.nodes.first { $0.name == name } }

    /// The node that writes a value.
    func producer(of value: String) -> Node? { graph.nodes.first { $0.outputs.contains(value) } }
}
