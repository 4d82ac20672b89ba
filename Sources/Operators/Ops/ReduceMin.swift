internal import GraphIR
internal import Kernels

/// The least element along axes; NaN where one is.
struct ReduceMin: AxesReduction {
    static let signature = OperatorSignature("ReduceMin")
    let kind = ReductionKind.minimum
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }

    var role: QuantizationRole { .elementwise }
}
