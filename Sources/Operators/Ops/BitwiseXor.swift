internal import GraphIR
internal import Kernels

/// The exclusive or of every bit.
struct BitwiseXor: ElementwiseBinary {
    static let signature = OperatorSignature("BitwiseXor", versions: 18...Int.max)
    let function = BinaryFunction.bitwiseXor

    init(_ node: Node, opset: Int) throws {}
}
