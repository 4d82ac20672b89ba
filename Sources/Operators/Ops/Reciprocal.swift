internal import GraphIR
internal import Kernels

/// 1 / x.
struct Reciprocal: ElementwiseUnary {
    static let signature = OperatorSignature("Reciprocal")
    let function = UnaryFunction.reciprocal

    init(_ node: Node, opset: Int) throws {}
}
