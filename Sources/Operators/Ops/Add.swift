internal import GraphIR
internal import Kernels

/// a + b; integers wrap.
struct Add: ElementwiseBinary {
    static let signature = OperatorSignature("Add")
    let function = BinaryFunction.add
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }

    var role: QuantizationRole { .elementwise }
}
