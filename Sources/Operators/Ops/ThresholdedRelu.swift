internal import GraphIR
internal import Kernels

/// x above `alpha`, else 0.
struct ThresholdedRelu: ElementwiseUnary {
    static let signature = OperatorSignature("ThresholdedRelu", versions: 10...Int.max)
    let function = UnaryFunction.thresholdedRelu
    let p: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("alpha") ?? 1)
    }

    var role: QuantizationRole { .elementwise }
}
