internal import GraphIR
internal import Kernels

/// The natural logarithm; NaN below 0.
struct Log: ElementwiseUnary {
    static let signature = OperatorSignature("Log")
    let function = UnaryFunction.log

    init(_ node: Node, opset: Int) throws {}
}
