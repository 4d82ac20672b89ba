internal import GraphIR
internal import Kernels

/// Whether a > b.
struct Greater: ElementwiseBinary {
    static let signature = OperatorSignature("Greater")
    let function = BinaryFunction.greater
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
