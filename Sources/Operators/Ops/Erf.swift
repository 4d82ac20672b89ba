internal import GraphIR
internal import Kernels

/// The error function.
struct Erf: ElementwiseUnary {
    static let signature = OperatorSignature("Erf", versions: 9...Int.max)
    let function = UnaryFunction.erf

    init(_ node: Node, opset: Int) throws {}
}
