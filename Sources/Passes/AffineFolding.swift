internal import GraphIR
internal import Operators

/// Folds a scale and shift of channels into the weight and bias of the product before it.
struct AffineFolding {
    /// What a node does to each channel of one of its inputs; `nil` where it does anything else.
    typealias Recognition = (Node, Graph, GraphIndex, LazyFacts) -> (affine: ChannelAffine, input: String)?

    private let graph: Graph
    private let facts: LazyFacts

    /// Folds every node that `recognize` knows into the Conv, ConvTranspose, Gemm or MatMul that gives its input, where
    /// nothing else reads that, weight and bias are constant, and (MatMul) the operands are matrices. Returns a line a
    /// change. O(nodes + folded weights).
    static func run(_ model: inout Model, _ recognize: Recognition) -> [String] {
        let facts = LazyFacts(model)
        let index = GraphIndex(model.graph)
        var constants = ConstantReplacement(model.graph, index)
        var removed: Set<Int> = []
        var changes: [String] = []
        for (position, node) in model.graph.nodes.enumerated() {
            guard let (affine, input) = recognize(node, model.graph, index, facts),
                let producer = index.producer[input], index.soleConsumer(of: input) == position,
                let folded = AffineFolding(graph: model.graph, facts: facts)
                    .fold(affine, into: model.graph.nodes[producer])
            else { continue }
            changes.append("\(node.label) into \(model.graph.nodes[producer].label)")
            var product = folded.product
            constants.store(folded.weight, as: 1, of: &product, wish: "\(product.stem)_weight", in: &model.graph)
            constants.store(folded.bias, as: 2, of: &product, wish: "\(product.stem)_bias", in: &model.graph)
            product.outputs = [node.outputs[0]]
            model.graph.nodes[position] = product
            removed.insert(producer)
        }
        model.graph.removeNodes(at: removed)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private typealias Folded = (product: Node, weight: Tensor, bias: Tensor)

    private func fold(_ affine: ChannelAffine, into node: Node) -> Folded? {
        guard (node.domain ?? "").isStandardDomain, let name = node.input(1), let weight = graph.constant(name),
            weight.bytes.count > 0
        else { return nil }
        switch node.opType {
        case "Conv": return foldConv(affine, node, weight)
        case "ConvTranspose": return foldConvTranspose(affine, node, weight)
        case "Gemm": return foldGemm(affine, node, weight)
        case "MatMul":
            guard facts[node.inputs[0]]?.rank == 2 else { return nil }
            var gemm = node
            gemm.opType = "Gemm"
            return foldGemm(affine, gemm, weight)
        default: return nil
        }
    }

    private func foldConv(_ affine: ChannelAffine, _ node: Node, _ weight: Tensor) -> Folded? {
        guard weight.extents.first == affine.count, let bias = bias(of: node, affine),
            let scaled = weight.scaled(by: affine.scale, inner: weight.extents.dropFirst().reduce(1, *))
        else { return nil }
        return (node, scaled, bias)
    }

    /// The weight is `[C, M/groups, kernel...]`, its rows belonging to the output channels of their own group.
    private func foldConvTranspose(_ affine: ChannelAffine, _ node: Node, _ weight: Tensor) -> Folded? {
        let groups = node.int("group") ?? 1
        guard weight.extents.count > 2, groups > 0, weight.extents[0].isMultiple(of: groups),
            affine.count.isMultiple(of: groups), weight.extents[1] == affine.count / groups,
            let bias = bias(of: node, affine)
        else { return nil }
        let inputsPerGroup = weight.extents[0] / groups
        let outputsPerGroup = weight.extents[1]
        let factors = (0..<weight.extents[0]).flatMap { channel in
            let first = channel / inputsPerGroup * outputsPerGroup
            return affine.scale[first..<first + outputsPerGroup]
        }
        let kernel = weight.extents.dropFirst(2).reduce(1, *)
        return weight.scaled(by: factors, inner: kernel).map { (node, $0, bias) }
    }

    /// `alpha` stays in front of the product; `beta` goes into the bias.
    private func foldGemm(_ affine: ChannelAffine, _ node: Node, _ weight: Tensor) -> Folded? {
        guard weight.extents.count == 2 else { return nil }
        let isTransposed = node.int("transB") ?? 0 != 0
        let beta = Double(node.float("beta") ?? 1)
        guard weight.extents[isTransposed ? 0 : 1] == affine.count,
            let bias = bias(of: node, affine, factor: beta),
            let scaled = weight.scaled(by: affine.scale, inner: isTransposed ? weight.extents[1] : 1)
        else { return nil }
        var product = node
        product.removeAttribute("beta")
        return (product, scaled, bias)
    }

    /// The bias after folding; `nil` where the node has one that is not constant, or not one number a channel.
    private func bias(of node: Node, _ affine: ChannelAffine, factor: Double = 1) -> Tensor? {
        guard let name = node.input(2) else { return affine.bias(after: nil) }
        guard let tensor = graph.constant(name), let values = tensor.elements(as: Float.self),
            values.count == 1 || values.count == affine.count && tensor.extents.last == affine.count
        else { return nil }
        let perChannel = values.count == 1 ? Array(repeating: values[0], count: affine.count) : values
        return affine.bias(after: perChannel.map { Double($0) * factor })
    }
}
