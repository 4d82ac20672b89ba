internal import GraphIR
internal import Kernels

/// The product along axes.
struct ReduceProd: AxesReduction {
    static let signature = OperatorSignature("ReduceProd")
    let kind = ReductionKind.product
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws { parameters = try ReductionParameters(node, opset: opset) }
}
