internal import GraphIR
internal import Kernels

/// The product of two tensors on grids, as ONNX Runtime's operator of this name computes it.
struct QLinearMul: GridBinary {
    static let signature = OperatorSignature("QLinearMul", domain: "com.microsoft")
    let function = GridArithmetic.Function.multiply
    init(_ node: Node, opset: Int) throws {}
}
