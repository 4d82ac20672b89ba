internal import GraphIR
internal import Kernels

/// The sine of x in radians.
struct Sin: ElementwiseUnary {
    static let signature = OperatorSignature("Sin", versions: 7...Int.max)
    let function = UnaryFunction.sin

    init(_ node: Node, opset: Int) throws {}
}
