import GraphIR

/// The elements of a numeric or `bool` tensor of 8 to 64 bits as integers of the same order; elements that are equal
/// have the same integer. O(n).
func orderedKeys(_ tensor: Tensor) -> [UInt64] {
    let width = tensor.elementType.bits / 8
    return tensor.bytes.withUnsafeBytes { bytes in
        (0..<tensor.elementCount).map { index in
            var bits: UInt64 = 0
            for byte in 0..<width { bits |= UInt64(bytes[index * width + byte]) << UInt64(8 * byte) }
            return orderedKey(bits, tensor.elementType)
        }
    }
}

private func orderedKey(_ bits: UInt64, _ type: ElementType) -> UInt64 {
    let sign = UInt64(1) << UInt64(type.bits - 1)
    if let range = type.integerRange { return range.lowerBound < 0 ? bits ^ sign : bits }
    guard type.isFloatingPoint else { return bits }
    let isNegative = bits & sign != 0 && bits != sign
    if isNegative { return ~bits & (sign | (sign - 1)) }
    return bits | sign
}
