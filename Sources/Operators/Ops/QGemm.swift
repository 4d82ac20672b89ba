internal import GraphIR
internal import Kernels

/// alpha * A' * B' + C between grids. Inputs: A, scale, zero point, B, scale, zero point (one, or one a column), on wish
/// an int32 C in units of scale A * scale B, and on wish the scale and zero point of the result; without them it is
/// float32.
struct QGemm: Operator {
    static let signature = OperatorSignature("QGemm", domain: "com.microsoft")
    private let alpha: Float
    private let transA: Bool
    private let transB: Bool

    init(_ node: Node, opset: Int) throws {
        alpha = node.float("alpha") ?? 1
        transA = (node.int("transA") ?? 0) != 0
        transB = (node.int("transB") ?? 0) != 0
    }

    var valueInputs: [Int] { [1, 2, 4, 5, 6, 7, 8] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try (inputs.isSigned8Bit(0), inputs.isSigned8Bit(3))
        let type = inputs[8] == nil ? ElementType.float32 : try inputs.isSigned8Bit(8) ? .int8 : .uint8
        let rows = try matrix(inputs, 0, transposed: transA), columns = try matrix(inputs, 3, transposed: transB)
        guard let rows, let columns else { return [Facts(type, nil)] }
        return [Facts(type, try ProductGeometry(rows, columns, bIndex: 3).output)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = outputs[0].extents, k = try inputs.require(0).extents[transA ? 0 : 1]
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        guard k > 0 else { throw OperatorFault.unsupported("a product over an axis of extent 0") }
        var shape = IntegerProduct.Shape(m: extents[0], n: extents[1], k: k)
        shape.isSourceTransposed = transA
        shape.isWeightsTransposed = transB
        let source = try inputs.byteOperand(0, zeroPoint: 2), bias = try inputs.integerBias(6, columns: shape.n)
        let weights = try inputs.byteWeights(3, zeroPoint: 5, columns: shape.n)
        let result = try result(inputs, columns: shape.n)
        let product = try preparing { () throws(DNNFault) in
            try IntegerProduct(shape, source: source, weights: weights, bias: bias, result: result)
        }
        return Kernel(scratchBytes: product.scratchBytes) {
            try product.run(
                source: $0.input(0, as: UInt8.self), weights: $0.rawInput(3),
                destination: $0.output(0, as: UInt8.self), scratch: $0.scratch)
        }
    }

    private func result(_ inputs: Inputs, columns: Int) throws -> IntegerResult {
        let scale = alpha * (try inputs.operandGrid(scale: 1, zeroPoint: 2).scale)
        let scales = try inputs.weightScales(4, columns: columns)
        guard inputs[8] != nil else { return .floats(scales.map { scale * $0 }) }
        return try inputs.byteResult(scale, scales, scale: 7, zeroPoint: 8)
    }

    private func matrix(_ inputs: Inputs, _ index: Int, transposed: Bool) throws -> Shape? {
        guard let shape = try inputs.require(index).shape else { return nil }
        guard shape.rank == 2 else { throw OperatorFault.rank(input: index, got: shape.rank, expected: "2") }
        return transposed ? Shape(shape.dimensions.reversed()) : shape
    }
}
