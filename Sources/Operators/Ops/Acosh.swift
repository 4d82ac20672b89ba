internal import GraphIR
internal import Kernels

/// The inverse hyperbolic cosine; NaN below 1.
struct Acosh: ElementwiseUnary {
    static let signature = OperatorSignature("Acosh", versions: 9...Int.max)
    let function = UnaryFunction.acosh

    init(_ node: Node, opset: Int) throws {}
}
