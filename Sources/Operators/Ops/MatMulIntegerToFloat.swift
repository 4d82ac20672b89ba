internal import GraphIR
internal import Kernels

/// Matrix product of two tensors on grids to float32: float(sum) * (scale a * scale b), plus a bias. Inputs: a, b, their
/// scales, their zero points (b's one, or one a column), and on wish a float32 bias, one value a column.
struct MatMulIntegerToFloat: FusingOperator {
    static let signature = OperatorSignature("MatMulIntegerToFloat", domain: "com.microsoft")

    /// Fused operators: input 7 is added to the results, bias included.
    private static let bias = 6, residual = 7

    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [2, 3, 4, 5] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let shape = try IntegerMatMul.shape(inputs, a: 0, b: 1)
        try requireBias(inputs[Self.bias], .float32, count: shape?.dimensions.last, input: Self.bias)
        return [Facts(.float32, shape)]
    }

    func fused(_ inputs: Inputs, with next: Follower) -> Fusion? {
        guard inputs[Self.residual] == nil else { return nil }
        if inputs[Self.bias] == nil, let bias = next.columnBias { return Fusion(self, adding: (bias, Self.bias)) }
        return next.residual.map { Fusion(self, adding: ($0, Self.residual)) }
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let columns = try IntegerMatMul.columns(inputs, b: 1)
        let scale = try inputs.operandGrid(scale: 2, zeroPoint: 4).scale
        return try IntegerMatMul.kernel(
            inputs, a: 0, b: 1, source: inputs.byteOperand(0, zeroPoint: 4),
            weights: inputs.byteWeights(1, zeroPoint: 5, columns: columns),
            result: .floats(inputs.weightScales(3, columns: columns).map { scale * $0 }),
            addends: (inputs[Self.bias].map { _ in Self.bias }, inputs[Self.residual].map { _ in Self.residual }))
    }
}
