internal import GraphIR
internal import Kernels

/// The cosine of x in radians.
struct Cos: ElementwiseUnary {
    static let signature = OperatorSignature("Cos", versions: 7...Int.max)
    let function = UnaryFunction.cos

    init(_ node: Node, opset: Int) throws {}
}
