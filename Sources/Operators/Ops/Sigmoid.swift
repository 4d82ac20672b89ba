internal import GraphIR
internal import Kernels

/// 1 / (1 + e^-x).
struct Sigmoid: ElementwiseUnary {
    static let signature = OperatorSignature("Sigmoid")
    let function = UnaryFunction.sigmoid

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .fixedRange(0...1) }
}
