internal import GraphIR
internal import Kernels

/// The hyperbolic tangent.
struct Tanh: ElementwiseUnary {
    static let signature = OperatorSignature("Tanh")
    let function = UnaryFunction.tanh

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .fixedRange(-1...1) }
}
