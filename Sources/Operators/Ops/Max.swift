internal import GraphIR
internal import Kernels

/// The greatest of all inputs; NaN where one is.
struct Max: ElementwiseVariadic {
    static let signature = OperatorSignature("Max")
    let function = BinaryFunction.maximum

    init(_ node: Node, opset: Int) throws {}
}
