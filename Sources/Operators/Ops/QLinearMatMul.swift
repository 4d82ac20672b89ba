internal import GraphIR
internal import Kernels

/// Matrix product between grids. Inputs: a, scale, zero point, b, scale, zero point (one, or one a column), and the scale
/// and zero point of the result.
struct QLinearMatMul: Operator {
    static let signature = OperatorSignature("QLinearMatMul")

    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [1, 2, 4, 5, 6, 7] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(7)
        return [Facts(try inputs.require(7).elementType, try IntegerMatMul.shape(inputs, a: 0, b: 3))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let columns = try IntegerMatMul.columns(inputs, b: 3)
        let scale = try inputs.operandGrid(scale: 1, zeroPoint: 2).scale
        return try IntegerMatMul.kernel(
            inputs, a: 0, b: 3, source: inputs.byteOperand(0, zeroPoint: 2),
            weights: inputs.byteWeights(3, zeroPoint: 5, columns: columns),
            result: inputs.byteResult(scale, inputs.weightScales(4, columns: columns), scale: 6, zeroPoint: 7))
    }
}
