internal import GraphIR
internal import Kernels

/// The sum of squares along axes.
struct ReduceSumSquare: AxesReduction {
    static let signature = OperatorSignature("ReduceSumSquare")
    let kind = ReductionKind.sumSquare
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
