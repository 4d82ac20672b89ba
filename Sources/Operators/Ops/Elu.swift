internal import GraphIR
internal import Kernels

/// x; `alpha` (e^x - 1) below 0.
struct Elu: ElementwiseUnary {
    static let signature = OperatorSignature("Elu")
    let function = UnaryFunction.elu
    let p = 1.0
    let q: Double

    init(_ node: Node, opset: Int) throws {
        q = Double(node.float("alpha") ?? 1)
    }

    var role: QuantizationRole { .elementwise }
}
