internal import GraphIR
internal import Kernels

/// ln(1 + e^x).
struct Softplus: ElementwiseUnary {
    static let signature = OperatorSignature("Softplus")
    let function = UnaryFunction.softplus

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .elementwise }
}
