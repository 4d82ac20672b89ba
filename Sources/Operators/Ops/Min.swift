internal import GraphIR
internal import Kernels

/// The least of all inputs; NaN where one is.
struct Min: ElementwiseVariadic {
    static let signature = OperatorSignature("Min")
    let function = BinaryFunction.minimum

    init(_ node: Node, opset: Int) throws {}
}
