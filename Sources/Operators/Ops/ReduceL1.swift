internal import GraphIR
internal import Kernels

/// The sum of absolute values along axes.
struct ReduceL1: AxesReduction {
    static let signature = OperatorSignature("ReduceL1")
    let kind = ReductionKind.l1
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
