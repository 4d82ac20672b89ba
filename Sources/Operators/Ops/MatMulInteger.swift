internal import GraphIR
internal import Kernels

/// Matrix product of 8-bit integers to int32. Inputs: a, b, and on wish the zero points of both (b's one, or one a column).
struct MatMulInteger: Operator {
    static let signature = OperatorSignature("MatMulInteger")

    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [2, 3] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        [Facts(.int32, try IntegerMatMul.shape(inputs, a: 0, b: 1))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try IntegerMatMul.kernel(
            inputs, a: 0, b: 1, source: inputs.byteOperand(0, zeroPoint: 2),
            weights: inputs.byteWeights(1, zeroPoint: 3, columns: IntegerMatMul.columns(inputs, b: 1)), result: .sums)
    }
}
