internal import GraphIR

/// A scale and a shift for each channel: `y[c] = scale[c] * x[c] + shift[c]`, in double precision.
struct ChannelAffine {
    let scale: [Double]
    let shift: [Double]

    /// What a BatchNormalization computes in inference:
    /// `scale = gamma / sqrt(variance + epsilon)`, `shift = beta - mean * scale`.
    ///
    /// `nil` where the node is none, trains, lacks a constant float32 parameter, where the parameters differ in length,
    /// where more than the first output is used, or where the result is not finite.
    init?(_ node: Node, in graph: Graph, _ index: GraphIndex) {
        guard node.isStandard("BatchNormalization"), node.int("training_mode") ?? 0 == 0, node.input(0) != nil,
            let output = node.outputs.first, !output.isEmpty, node.outputs.dropFirst().allSatisfy(index.isUnused),
            let gamma = Self.parameter(1, node, graph), let beta = Self.parameter(2, node, graph),
            let mean = Self.parameter(3, node, graph), let variance = Self.parameter(4, node, graph),
            gamma.count == beta.count, gamma.count == mean.count, gamma.count == variance.count
        else { return nil }
        let epsilon = Double(node.float("epsilon") ?? 1e-5)
        let scale = zip(gamma, variance).map { $0 / ($1 + epsilon).squareRoot() }
        self.init(scale: scale, shift: scale.indices.map { beta[$0] - mean[$0] * scale[$0] })
    }

    /// `nil` where a number is not finite. Both have one number a channel.
    init?(scale: [Double], shift: [Double]) {
        guard scale.allSatisfy(\.isFinite), shift.allSatisfy(\.isFinite) else { return nil }
        self.scale = scale
        self.shift = shift
    }

    var count: Int { scale.count }

    /// The affine of a bias added before: `scale * bias + shift`; `nil` stands for no bias.
    func bias(after bias: [Double]?) -> Tensor {
        guard let bias else { return Tensor(shift.map(Float.init), [count]) }
        return Tensor((0..<count).map { Float(scale[$0] * bias[$0] + shift[$0]) }, [count])
    }

    private static func parameter(_ position: Int, _ node: Node, _ graph: Graph) -> [Double]? {
        guard let name = node.input(position), let tensor = graph.constant(name), tensor.extents.count == 1 else {
            return nil
        }
        return tensor.elements(as: Float.self)?.map(Double.init)
    }
}
