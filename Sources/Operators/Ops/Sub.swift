internal import GraphIR
internal import Kernels

/// a - b; integers wrap.
struct Sub: ElementwiseBinary {
    static let signature = OperatorSignature("Sub")
    let function = BinaryFunction.subtract
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
