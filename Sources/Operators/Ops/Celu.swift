internal import GraphIR
internal import Kernels

/// x; `alpha` (e^(x / alpha) - 1) below 0.
struct Celu: ElementwiseUnary {
    static let signature = OperatorSignature("Celu", versions: 12...Int.max)
    let function = UnaryFunction.celu
    let p: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("alpha") ?? 1)
    }

    var role: QuantizationRole { .elementwise }
}
