internal import GraphIR
internal import Kernels

/// The least integer not below x.
struct Ceil: ElementwiseUnary {
    static let signature = OperatorSignature("Ceil")
    let function = UnaryFunction.ceil

    init(_ node: Node, opset: Int) throws {}
}
