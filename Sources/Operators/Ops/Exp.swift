internal import GraphIR
internal import Kernels

/// e to the power of x.
struct Exp: ElementwiseUnary {
    static let signature = OperatorSignature("Exp")
    let function = UnaryFunction.exp

    init(_ node: Node, opset: Int) throws {}
}
