internal import GraphIR
internal import Kernels

/// The hyperbolic cosine.
struct Cosh: ElementwiseUnary {
    static let signature = OperatorSignature("Cosh", versions: 9...Int.max)
    let function = UnaryFunction.cosh

    init(_ node: Node, opset: Int) throws {}
}
