internal import GraphIR
internal import Kernels

/// The inverse hyperbolic tangent; NaN outside -1...1.
struct Atanh: ElementwiseUnary {
    static let signature = OperatorSignature("Atanh", versions: 9...Int.max)
    let function = UnaryFunction.atanh

    init(_ node: Node, opset: Int) throws {}
}
