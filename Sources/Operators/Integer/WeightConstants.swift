internal import GraphIR
internal import Kernels

extension Inputs {
    /// The constant scales at `index`: one, or one for each of `columns`. Throws `OperatorFault` where they are not known,
    /// not as many, or not above zero.
    func weightScales(_ index: Int, columns: Int) throws -> [Float] {
        guard let tensor = try require(index).constant else { throw OperatorFault.needsValue(input: index) }
        guard tensor.elementType == .float32, let scales = tensor.floats else {
            throw OperatorFault.elementType(input: index, got: tensor.elementType)
        }
        try checkCount(scales.count, columns: columns, input: index)
        if let wrong = scales.first(where: { !($0 > 0 && $0.isFinite) }) {
            throw OperatorFault.value("the scale \(wrong) is not above zero")
        }
        return scales
    }

    /// The constant zero points at `index`: one, or one for each of `columns`; 0 where the input is left out.
    func weightZeroPoints(_ index: Int, columns: Int) throws -> [Int32] {
        guard let facts = self[index] else { return [0] }
        guard let values = facts.constant?.integers else { throw OperatorFault.needsValue(input: index) }
        try checkCount(values.count, columns: columns, input: index)
        let zeroPoints = values.map(Int32.init(clamping:))
        return Set(zeroPoints).count == 1 ? [zeroPoints[0]] : zeroPoints
    }

    private func checkCount(_ count: Int, columns: Int, input index: Int) throws {
        guard count == 1 || count == columns else {
            throw OperatorFault.shape("input \(index) has \(count) values, expected 1 or \(columns), one an output channel")
        }
    }

    /// The constant zero point at `index`, one for the whole tensor; 0 where the input is left out.
    func zeroPoint(_ index: Int) throws -> Int32 {
        guard let facts = self[index] else { return 0 }
        guard let values = facts.constant?.integers else { throw OperatorFault.needsValue(input: index) }
        guard values.count == 1 else {
            throw OperatorFault.unsupported("a zero point for each of \(values.count) rows (input \(index))")
        }
        return Int32(clamping: values[0])
    }

    /// The data operand at `index` with its zero point.
    func byteOperand(_ index: Int, zeroPoint: Int) throws -> ByteOperand {
        try ByteOperand(isSigned: isSigned8Bit(index), zeroPoint: self.zeroPoint(zeroPoint))
    }

    /// The weights at `index` with their zero points, and their contents where they are constant.
    func byteWeights(_ index: Int, zeroPoint: Int, columns: Int) throws -> ByteWeights {
        try ByteWeights(
            isSigned: isSigned8Bit(index), zeroPoints: weightZeroPoints(zeroPoint, columns: columns),
            constant: require(index).constant?.bytes.address)
    }

    /// The constant int32 bias at `index`, one value for each of `columns`; `nil` where it is left out.
    func integerBias(_ index: Int, columns: Int) throws -> [Int32]? {
        guard let facts = self[index] else { return nil }
        guard facts.elementType == .int32 else { throw OperatorFault.elementType(input: index, got: facts.elementType) }
        guard let values = facts.constant?.elements(as: Int32.self) else { throw OperatorFault.needsValue(input: index) }
        guard values.count == columns || values.count == 1 else {
            throw OperatorFault.unsupported("a bias of \(values.count) values for \(columns) columns")
        }
        return values.count == columns ? values : Array(repeating: values[0], count: columns)
    }

    /// The result on the grid of constant scale and zero point at these inputs, of sums in units of `x * w[c]`: their
    /// factor is `x * w[c] / y`, multiplied and divided in this order in float32.
    func byteResult(_ x: Float, _ w: [Float], scale: Int, zeroPoint: Int) throws -> IntegerResult {
        let y = try operandGrid(scale: scale, zeroPoint: zeroPoint)
        let isSigned = try isSigned8Bit(zeroPoint)
        return .bytes(isSigned: isSigned, scales: w.map { x * $0 / y.scale }, zeroPoint: y.zeroPoint)
    }
}
