public import GraphIR
internal import Operators

/// Writes a BatchNormalization that stands alone as scale and shift.
///
/// - Before: `x -> BatchNormalization -> y`
/// - After: `x -> Mul -> Add -> y`
/// - Conditions: the four parameters are float32 constants, the normalization runs in inference, and the rank of `x` is
///   known and at least 2. No neighbour takes the normalization in, so this runs after `FoldBatchNormalization`.
/// - Formula: `y[n, c] = scale[c] * x[n, c] + shift[c]`, scale and shift as in `ChannelAffine`, of shape `[C, 1, ...]`.
/// - Source: the definition of BatchNormalization in inference.
public struct SplitBatchNormalization: Pass {
    public static let name = "split-batch-normalization"
    public static let operators: [String]? = ["BatchNormalization"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let facts = inferFacts(model)
        let index = GraphIndex(model.graph)
        var names = GraphNames(model.graph)
        var nodes: [Node] = []
        var changes: [String] = []
        for node in model.graph.nodes {
            guard let affine = ChannelAffine(node, in: model.graph, index),
                let rank = facts[node.inputs[0]]?.rank, rank >= 2
            else {
                nodes.append(node)
                continue
            }
            changes.append(node.label)
            let extents = [affine.count] + Array(repeating: 1, count: rank - 2)
            let scale = names.fresh("\(node.stem)_scale")
            let shift = names.fresh("\(node.stem)_shift")
            let scaled = names.fresh("\(node.stem)_scaled")
            model.graph.initializers[scale] = Tensor(affine.scale.map(Float.init), extents)
            model.graph.initializers[shift] = Tensor(affine.shift.map(Float.init), extents)
            nodes.append(Node("Mul", name: scaled, inputs: [node.inputs[0], scale], outputs: [scaled]))
            nodes.append(Node("Add", name: node.name, inputs: [scaled, shift], outputs: [node.outputs[0]]))
        }
        model.graph.nodes = nodes
        model.graph.forgetStaleValueInfo()
        return changes
    }
}
