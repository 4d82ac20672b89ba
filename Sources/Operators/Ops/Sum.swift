internal import GraphIR
internal import Kernels

/// The sum of all inputs.
struct Sum: ElementwiseVariadic {
    static let signature = OperatorSignature("Sum")
    let function = BinaryFunction.add

    init(_ node: Node, opset: Int) throws {}
}
