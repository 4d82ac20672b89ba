internal import GraphIR
internal import Kernels

/// a / b; integers are cut towards 0, and divided by 0 they give 0.
struct Div: ElementwiseBinary {
    static let signature = OperatorSignature("Div")
    let function = BinaryFunction.divide
    let alignment: BroadcastAlignment

    init(_ node: Node, opset: Int) throws { alignment = BroadcastAlignment(node, opset: opset) }
}
