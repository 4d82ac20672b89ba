internal import GraphIR
internal import Kernels

/// The sum of two tensors on grids, as ONNX Runtime's operator of this name computes it.
struct QLinearAdd: GridBinary {
    static let signature = OperatorSignature("QLinearAdd", domain: "com.microsoft")
    let function = GridArithmetic.Function.add
    init(_ node: Node, opset: Int) throws {}
}
