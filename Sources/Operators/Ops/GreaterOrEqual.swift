internal import GraphIR
internal import Kernels

/// Whether a >= b.
struct GreaterOrEqual: ElementwiseBinary {
    static let signature = OperatorSignature("GreaterOrEqual", versions: 12...Int.max)
    let function = BinaryFunction.greaterOrEqual

    init(_ node: Node, opset: Int) throws {}
}
