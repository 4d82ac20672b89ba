internal import GraphIR
internal import Kernels

/// The or of every bit.
struct BitwiseOr: ElementwiseBinary {
    static let signature = OperatorSignature("BitwiseOr", versions: 18...Int.max)
    let function = BinaryFunction.bitwiseOr

    init(_ node: Node, opset: Int) throws {}
}
