internal import GraphIR
internal import Kernels

/// x tanh(ln(1 + e^x)).
struct Mish: ElementwiseUnary {
    static let signature = OperatorSignature("Mish", versions: 18...Int.max)
    let function = UnaryFunction.mish

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .elementwise }
}
