internal import GraphIR
internal import Kernels

/// The tangent of x in radians.
struct Tan: ElementwiseUnary {
    static let signature = OperatorSignature("Tan", versions: 7...Int.max)
    let function = UnaryFunction.tan

    init(_ node: Node, opset: Int) throws {}
}
