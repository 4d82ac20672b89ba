internal import GraphIR
internal import Kernels

/// The square root; NaN below 0.
struct Sqrt: ElementwiseUnary {
    static let signature = OperatorSignature("Sqrt")
    let function = UnaryFunction.squareRoot

    init(_ node: Node, opset: Int) throws {}
}
