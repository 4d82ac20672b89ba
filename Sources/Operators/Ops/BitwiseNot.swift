internal import GraphIR
internal import Kernels

/// Every bit of an integer inverted.
struct BitwiseNot: ElementwiseUnary {
    static let signature = OperatorSignature("BitwiseNot", versions: 18...Int.max)
    let function = UnaryFunction.bitwiseNot

    init(_ node: Node, opset: Int) throws {}
}
