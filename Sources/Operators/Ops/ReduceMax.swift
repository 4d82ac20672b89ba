internal import GraphIR
internal import Kernels

/// The greatest element along axes; NaN where one is.
struct ReduceMax: AxesReduction {
    static let signature = OperatorSignature("ReduceMax")
    let kind = ReductionKind.maximum
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }

    var role: QuantizationRole { .elementwise }
}
