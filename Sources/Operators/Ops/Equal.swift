internal import GraphIR
internal import Kernels

/// Whether a = b.
struct Equal: ElementwiseBinary {
    static let signature = OperatorSignature("Equal")
    let function = BinaryFunction.equal
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
