internal import GraphIR
internal import Kernels

/// The arc tangent, in radians.
struct Atan: ElementwiseUnary {
    static let signature = OperatorSignature("Atan", versions: 7...Int.max)
    let function = UnaryFunction.atan

    init(_ node: Node, opset: Int) throws {}
}
