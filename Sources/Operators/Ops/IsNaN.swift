internal import GraphIR
internal import Kernels

/// Whether x is NaN.
struct IsNaN: ElementwiseUnary {
    static let signature = OperatorSignature("IsNaN", versions: 9...Int.max)
    let function = UnaryFunction.isNaN
    let resultType: ElementType? = .bool

    init(_ node: Node, opset: Int) throws {}
}
