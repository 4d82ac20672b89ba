internal import GraphIR
internal import Kernels

/// The logarithm of the sum of e^x along axes.
struct ReduceLogSumExp: AxesReduction {
    static let signature = OperatorSignature("ReduceLogSumExp")
    let kind = ReductionKind.logSumExp
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
