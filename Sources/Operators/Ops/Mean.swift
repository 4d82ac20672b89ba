internal import GraphIR
internal import Kernels

/// The mean of all inputs.
struct Mean: ElementwiseVariadic {
    static let signature = OperatorSignature("Mean")
    let function = BinaryFunction.add
    let isMean = true

    init(_ node: Node, opset: Int) throws {}
}
