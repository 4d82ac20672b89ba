internal import GraphIR
internal import Kernels

/// x; times a slope below 0. The slopes are broadcast to x; before opset 7 there is one, or one for each channel.
struct PRelu: ElementwiseBinary {
    static let signature = OperatorSignature("PRelu")
    let function = BinaryFunction.prelu
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = .within(axis: opset < 7 ? 1 : nil) }

    var role: QuantizationRole { .elementwise }
}
