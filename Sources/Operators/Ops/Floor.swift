internal import GraphIR
internal import Kernels

/// The greatest integer not above x.
struct Floor: ElementwiseUnary {
    static let signature = OperatorSignature("Floor")
    let function = UnaryFunction.floor

    init(_ node: Node, opset: Int) throws {}
}
