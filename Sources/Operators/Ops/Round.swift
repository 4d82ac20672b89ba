internal import GraphIR
internal import Kernels

/// The nearest integer, half to even.
struct Round: ElementwiseUnary {
    static let signature = OperatorSignature("Round", versions: 11...Int.max)
    let function = UnaryFunction.round

    init(_ node: Node, opset: Int) throws {}
}
