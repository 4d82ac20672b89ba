internal import GraphIR
internal import Kernels

/// The negative; that of the least integer is itself.
struct Neg: ElementwiseUnary {
    static let signature = OperatorSignature("Neg")
    let function = UnaryFunction.negate

    init(_ node: Node, opset: Int) throws {}
}
