internal import GraphIR
internal import Kernels

/// The sum along axes.
struct ReduceSum: AxesReduction {
    static let signature = OperatorSignature("ReduceSum")
    let kind = ReductionKind.sum
    let parameters: ReductionParameters

    init(_ node: Node, opset: Int) throws {
        parameters = try ReductionParameters(node, opset: opset, axesInputSince: 13)
    }
}
