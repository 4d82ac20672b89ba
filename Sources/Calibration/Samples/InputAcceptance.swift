internal import GraphIR

extension ValueInfo {
    /// `tensor` as an element of this input's type, its values checked. `sample` numbers the first of `count` samples
    /// along the leading axis. Throws `SampleFault`.
    func accept(
        _ tensor: Tensor, sample: Int, of count: Int = 1, place: String, mustBeFinite: Bool
    ) throws -> Tensor {
        let wanted = elementType ?? tensor.elementType
        let result: Tensor
        do throws(ConversionFault) {
            result = try tensor.converted(to: wanted)
        } catch .types {
            throw SampleFault.elementType(
                input: name, place: place, got: tensor.elementType.onnxName, wanted: wanted.onnxName)
        } catch .value(let text) {
            throw SampleFault.value(text, input: name, sample: sample, place: place, wanted: wanted)
        }
        if mustBeFinite, let element = result.firstNotFinite {
            let offset = element / max(1, result.elementCount / max(1, count))
            throw SampleFault.notFinite(input: name, sample: sample + offset, place: place)
        }
        return result
    }
}

extension Tensor {
    /// The first element that is NaN or infinite; `nil` for types that have no such values, or where all are finite.
    fileprivate var firstNotFinite: Int? {
        bytes.withUnsafeBytes { raw in
            switch elementType {
            case .float32: raw.bindMemory(to: UInt32.self).first(exponent: 0x7f80_0000)
            case .float64: raw.bindMemory(to: UInt64.self).first(exponent: 0x7ff0_0000_0000_0000)
            case .float16: raw.bindMemory(to: UInt16.self).first(exponent: 0x7c00)
            case .bfloat16: raw.bindMemory(to: UInt16.self).first(exponent: 0x7f80)
            default: nil
            }
        }
    }
}

extension UnsafeBufferPointer where Element: FixedWidthInteger & UnsignedInteger {
    /// The first element that has all bits of `exponent`, which end below the highest, the sign. O(n).
    fileprivate func first(exponent: Element) -> Int? {
        let lowest = exponent & (0 &- exponent)
        // Where all bits are set, the sum carries into the sign. One sum after the other is much faster than a search.
        let carries = reduce(0) { $0 | (($1 & exponent) &+ lowest) }
        return carries.leadingZeroBitCount == 0 ? firstIndex { $0 & exponent == exponent } : nil
    }
}
