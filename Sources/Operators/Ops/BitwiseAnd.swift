internal import GraphIR
internal import Kernels

/// The and of every bit.
struct BitwiseAnd: ElementwiseBinary {
    static let signature = OperatorSignature("BitwiseAnd", versions: 18...Int.max)
    let function = BinaryFunction.bitwiseAnd

    init(_ node: Node, opset: Int) throws {}
}
