internal import GraphIR
internal import Kernels

/// The root of the sum of squares along axes.
struct ReduceL2: AxesReduction {
    static let signature = OperatorSignature("ReduceL2")
    let kind = ReductionKind.l2
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
