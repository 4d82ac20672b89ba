internal import GraphIR
internal import Kernels

/// The logarithm of the sum along axes.
struct ReduceLogSum: AxesReduction {
    static let signature = OperatorSignature("ReduceLogSum")
    let kind = ReductionKind.logSum
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
