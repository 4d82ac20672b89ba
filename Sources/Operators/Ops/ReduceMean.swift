internal import GraphIR
internal import Kernels

/// The mean along axes; of integers, cut towards 0.
struct ReduceMean: AxesReduction {
    static let signature = OperatorSignature("ReduceMean")
    let kind = ReductionKind.mean
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }

    var role: QuantizationRole { .elementwise }
}
