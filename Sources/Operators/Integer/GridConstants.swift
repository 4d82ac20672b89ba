internal import GraphIR
internal import Kernels

extension Inputs {
    /// The per-tensor grid whose scale and zero point are constant inputs. A zero point that is left out is 0. Throws
    /// `OperatorFault` where one is not known or not a single number, or the scale is not above zero.
    func operandGrid(scale: Int, zeroPoint: Int) throws -> OperandGrid {
        guard let tensor = try require(scale).constant else { throw OperatorFault.needsValue(input: scale) }
        guard let value = tensor.floats, value.count == 1 else {
            throw OperatorFault.shape("the scale, input \(scale), must be one number")
        }
        guard value[0] > 0, value[0].isFinite else { throw OperatorFault.value("the scale \(value[0]) is not above zero") }
        guard let facts = self[zeroPoint] else { return OperandGrid(scale: value[0], zeroPoint: 0) }
        guard let integers = facts.constant?.integers else { throw OperatorFault.needsValue(input: zeroPoint) }
        guard integers.count == 1 else {
            throw OperatorFault.shape("the zero point, input \(zeroPoint), must be one number")
        }
        return OperandGrid(scale: value[0], zeroPoint: Int32(clamping: integers[0]))
    }

    /// Whether the 8-bit input at `index` is int8; throws `OperatorFault.elementType` where it is neither int8 nor uint8.
    func isSigned8Bit(_ index: Int) throws -> Bool {
        let type = try require(index).elementType
        guard type == .int8 || type == .uint8 else { throw OperatorFault.elementType(input: index, got: type) }
        return type == .int8
    }

    /// Throws unless the input at `index` has the element type of the one at `other`.
    func requireSameType(_ index: Int, as other: Int) throws {
        let type = try require(index).elementType
        guard try require(other).elementType == type else { throw OperatorFault.elementType(input: index, got: type) }
    }
}

extension ByteTable {
    /// `function` of each real value on the grid `from`, quantized to `to`: q = clamp(roundHalfToEven(y / scale) + zero
    /// point). Both are int8 or both uint8.
    init(from: OperandGrid, to: OperandGrid, isSigned: Bool, _ function: (Float) -> Float = { $0 }) {
        let range = isSigned ? -128...127 : 0...255
        let bytes = range.map { integer -> UInt8 in
            let y = function(from.scale * Float(integer - Int(from.zeroPoint)))
            let steps = (y / to.scale).rounded(.toNearestOrEven) + Float(to.zeroPoint)
            let bounded = steps.isNaN ? Float(range.lowerBound) : min(max(steps, Float(range.lowerBound)), Float(range.upperBound))
            return UInt8(truncatingIfNeeded: Int(bounded))
        }
        self.init(bytes, inputIsSigned: isSigned)
    }
}
