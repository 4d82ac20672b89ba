internal import GraphIR
internal import Kernels

/// The logical negation.
struct Not: ElementwiseUnary {
    static let signature = OperatorSignature("Not")
    let function = UnaryFunction.logicalNot

    init(_ node: Node, opset: Int) throws {}
}
