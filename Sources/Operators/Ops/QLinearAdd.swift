internal import GraphIR
internal import Kernels

/// The sum of two tensors on grids, as ONNX Runtime's operator of this name computes it.
struct QLinearAdd: GridBinary {
    static let signature = OperatorSignature("QLinearAdd", domain: "com.microsoft")
    let function = GridArithmetic.Function.add
    init(_ node: Node, opset: Int) throws {}

    /// The sum of these inputs, element by element, for the operator whose results are one of them.
    static func sum(_ inputs: Inputs, resultsComeFirst: Bool) throws -> ByteSum? {
        let a = try inputs.operandGrid(scale: 1, zeroPoint: 2), b = try inputs.operandGrid(scale: 4, zeroPoint: 5)
        return ByteSum(
            results: resultsComeFirst ? a : b, others: resultsComeFirst ? b : a,
            output: try inputs.operandGrid(scale: 6, zeroPoint: 7), resultsComeFirst: resultsComeFirst,
            isSigned: try inputs.isSigned8Bit(0))
    }
}
