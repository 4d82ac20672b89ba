internal import GraphIR
internal import Kernels

/// The logical exclusive or.
struct Xor: ElementwiseBinary {
    static let signature = OperatorSignature("Xor")
    let function = BinaryFunction.xor
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
