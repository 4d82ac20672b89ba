internal import GraphIR
internal import Kernels

/// Whether a <= b.
struct LessOrEqual: ElementwiseBinary {
    static let signature = OperatorSignature("LessOrEqual", versions: 12...Int.max)
    let function = BinaryFunction.greaterOrEqual
    let swapsInputs = true

    init(_ node: Node, opset: Int) throws {}
}
