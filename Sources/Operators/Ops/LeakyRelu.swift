internal import GraphIR
internal import Kernels

/// x; times `alpha` below 0.
struct LeakyRelu: ElementwiseUnary {
    static let signature = OperatorSignature("LeakyRelu")
    let function = UnaryFunction.leakyRelu
    let p: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("alpha") ?? 0.01)
    }

    var role: QuantizationRole { .elementwise }
}
