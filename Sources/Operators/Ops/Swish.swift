internal import GraphIR
internal import Kernels

/// x times the sigmoid of `alpha` x.
struct Swish: ElementwiseUnary {
    static let signature = OperatorSignature("Swish", versions: 24...Int.max)
    let function = UnaryFunction.swish
    let p: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("alpha") ?? 1)
    }

    var role: QuantizationRole { .elementwise }
}
