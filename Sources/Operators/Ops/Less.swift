internal import GraphIR
internal import Kernels

/// Whether a < b.
struct Less: ElementwiseBinary {
    static let signature = OperatorSignature("Less")
    let function = BinaryFunction.greater
    let swapsInputs = true
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
