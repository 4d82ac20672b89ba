internal import GraphIR
internal import Kernels

/// -1, 0 or 1; NaN stays NaN.
struct Sign: ElementwiseUnary {
    static let signature = OperatorSignature("Sign", versions: 9...Int.max)
    let function = UnaryFunction.sign

    init(_ node: Node, opset: Int) throws {}
}
