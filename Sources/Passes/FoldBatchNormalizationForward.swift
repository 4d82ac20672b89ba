public import GraphIR

/// Folds a BatchNormalization into the convolution after it.
///
/// - Before: `x -> BatchNormalization -> Conv -> y`
/// - After: `x -> Conv -> y` with other weight and bias.
/// - Conditions: weight, bias and the four parameters are float32 constants, and the normalization runs in inference.
///   Only the Conv reads it. The Conv does not pad, or no channel is shifted: a padded zero is not normalized.
/// - Formula: with scale and shift as in `ChannelAffine`, `W'[m, c] = scale[c] * W[m, c]`,
///   `b'[m] = b[m] + sum of shift[c] * W[m, c]` over `c` and the kernel, in double precision; `c` counts the input
///   channels of the group of `m`.
/// - Source: the linearity of convolution.
public struct FoldBatchNormalizationForward: Pass {
    public static let name = "fold-batch-normalization-forward"
    public static let operators: [String]? = ["BatchNormalization"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let index = GraphIndex(model.graph)
        var constants = ConstantReplacement(model.graph, index)
        var removed: Set<Int> = []
        var changes: [String] = []
        for (position, node) in model.graph.nodes.enumerated() {
            guard let affine = ChannelAffine(node, in: model.graph, index),
                let reader = index.soleConsumer(of: node.outputs[0]),
                let folded = fold(affine, into: model.graph.nodes[reader], reading: node.outputs[0], model.graph)
            else { continue }
            var conv = model.graph.nodes[reader]
            changes.append("\(node.label) into \(conv.label)")
            constants.store(folded.weight, as: 1, of: &conv, wish: "\(conv.stem)_weight", in: &model.graph)
            constants.store(folded.bias, as: 2, of: &conv, wish: "\(conv.stem)_bias", in: &model.graph)
            conv.inputs[0] = node.inputs[0]
            model.graph.nodes[reader] = conv
            removed.insert(position)
        }
        model.graph.removeNodes(at: removed)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private func fold(
        _ affine: ChannelAffine, into conv: Node, reading value: String, _ graph: Graph
    ) -> (weight: Tensor, bias: Tensor)? {
        guard conv.isStandard("Conv"), conv.input(0) == value, affine.shift.allSatisfy({ $0 == 0 }) || !pads(conv),
            let name = conv.input(1), let weight = graph.constant(name), weight.extents.count > 2,
            weight.bytes.count > 0
        else { return nil }
        let groups = conv.int("group") ?? 1
        let (outputs, inputsPerGroup) = (weight.extents[0], weight.extents[1])
        guard groups > 0, outputs.isMultiple(of: groups), affine.count.isMultiple(of: groups),
            inputsPerGroup == affine.count / groups
        else { return nil }
        let channels = (0..<outputs).flatMap { output in
            let first = output / (outputs / groups) * inputsPerGroup
            return first..<first + inputsPerGroup
        }
        let kernel = weight.extents.dropFirst(2).reduce(1, *)
        guard let scaled = weight.scaled(by: channels.map { affine.scale[$0] }, inner: kernel),
            let bias = bias(of: conv, weight, channels.map { affine.shift[$0] }, kernel, graph)
        else { return nil }
        return (scaled, bias)
    }

    private func pads(_ conv: Node) -> Bool {
        let auto = conv.string("auto_pad") ?? "NOTSET"
        return auto != "VALID" && (auto != "NOTSET" || conv.ints("pads")?.contains { $0 != 0 } ?? false)
    }

    /// The bias that a constant input of `shifts` adds up to; `shifts` has one value for each run of `kernel` weights.
    private func bias(of conv: Node, _ weight: Tensor, _ shifts: [Double], _ kernel: Int, _ graph: Graph) -> Tensor? {
        let outputs = weight.extents[0]
        var sums = Array(repeating: 0.0, count: outputs)
        if let name = conv.input(2) {
            guard let old = graph.constant(name)?.elements(as: Float.self), old.count == outputs else { return nil }
            sums = old.map(Double.init)
        }
        guard let weights = weight.elements(as: Float.self), weights.count == shifts.count * kernel else { return nil }
        let inputsPerGroup = weight.extents[1]
        for (run, shift) in shifts.enumerated() {
            let sum = weights[run * kernel..<(run + 1) * kernel].reduce(0.0) { $0 + Double($1) }
            sums[run / inputsPerGroup] += shift * sum
        }
        return Tensor(sums.map(Float.init), [outputs])
    }
}
