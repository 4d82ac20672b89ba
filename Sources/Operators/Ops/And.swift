internal import GraphIR
internal import Kernels

/// The logical and.
struct And: ElementwiseBinary {
    static let signature = OperatorSignature("And")
    let function = BinaryFunction.and
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
