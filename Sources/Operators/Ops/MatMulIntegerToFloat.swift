internal import GraphIR
internal import Kernels

/// Matrix product of two tensors on grids to float32: float(sum) * (scale a * scale b), plus a bias. Inputs: a, b, their
/// scales, their zero points (b's one, or one a column), and on wish a float32 bias, one value a column.
struct MatMulIntegerToFloat: Operator {
    static let signature = OperatorSignature("MatMulIntegerToFloat", domain: "com.microsoft")

    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [2, 3, 4, 5] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let shape = try IntegerMatMul.shape(inputs, a: 0, b: 1)
        try requireBias(inputs[6], .float32, count: shape?.dimensions.last, input: 6)
        return [Facts(.float32, shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let columns = try IntegerMatMul.columns(inputs, b: 1)
        let scale = try inputs.operandGrid(scale: 2, zeroPoint: 4).scale
        let product = try IntegerMatMul.kernel(
            inputs, a: 0, b: 1, source: inputs.byteOperand(0, zeroPoint: 4),
            weights: inputs.byteWeights(1, zeroPoint: 5, columns: columns),
            result: .floats(inputs.weightScales(3, columns: columns).map { scale * $0 }))
        guard inputs[6] != nil, columns > 0 else { return product }
        let rows = outputs[0].elementCount / columns
        return Kernel(scratchBytes: product.scratchBytes) {
            try product.run($0)
            addScaled(rows: rows, columns: columns, alpha: 1, $0.output(0), beta: 1, $0.input(6), strides: (0, 1))
        }
    }
}
