internal import GraphIR
internal import Kernels

/// The inverse hyperbolic sine.
struct Asinh: ElementwiseUnary {
    static let signature = OperatorSignature("Asinh", versions: 9...Int.max)
    let function = UnaryFunction.asinh

    init(_ node: Node, opset: Int) throws {}
}
