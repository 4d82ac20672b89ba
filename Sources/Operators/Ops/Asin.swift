internal import GraphIR
internal import Kernels

/// The arc sine, in radians; NaN outside -1...1.
struct Asin: ElementwiseUnary {
    static let signature = OperatorSignature("Asin", versions: 7...Int.max)
    let function = UnaryFunction.asin

    init(_ node: Node, opset: Int) throws {}
}
