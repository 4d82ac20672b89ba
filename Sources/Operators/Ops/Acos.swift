internal import GraphIR
internal import Kernels

/// The arc cosine, in radians; NaN outside -1...1.
struct Acos: ElementwiseUnary {
    static let signature = OperatorSignature("Acos", versions: 7...Int.max)
    let function = UnaryFunction.acos

    init(_ node: Node, opset: Int) throws {}
}
