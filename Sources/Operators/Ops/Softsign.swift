internal import GraphIR
internal import Kernels

/// x / (1 + |x|).
struct Softsign: ElementwiseUnary {
    static let signature = OperatorSignature("Softsign")
    let function = UnaryFunction.softsign

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .fixedRange(-1...1) }
}
