internal import GraphIR
internal import Kernels

/// a b; integers wrap.
struct Mul: ElementwiseBinary {
    static let signature = OperatorSignature("Mul")
    let function = BinaryFunction.multiply
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }

    var role: QuantizationRole { .elementwise }
}
