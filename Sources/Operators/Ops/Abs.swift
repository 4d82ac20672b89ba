internal import GraphIR
internal import Kernels

/// The absolute value; that of the least integer is itself.
struct Abs: ElementwiseUnary {
    static let signature = OperatorSignature("Abs")
    let function = UnaryFunction.absolute

    init(_ node: Node, opset: Int) throws {}
}
