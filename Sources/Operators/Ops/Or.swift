internal import GraphIR
internal import Kernels

/// The logical or.
struct Or: ElementwiseBinary {
    static let signature = OperatorSignature("Or")
    let function = BinaryFunction.or
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
