internal import GraphIR
internal import Kernels

/// The hyperbolic sine.
struct Sinh: ElementwiseUnary {
    static let signature = OperatorSignature("Sinh", versions: 9...Int.max)
    let function = UnaryFunction.sinh

    init(_ node: Node, opset: Int) throws {}
}
