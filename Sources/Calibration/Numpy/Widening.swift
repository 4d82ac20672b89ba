internal import GraphIR

extension Tensor {
    /// The same values in the type that `NumpyType.init(holding:)` names, every one exact.
    var widenedForNumpy: Tensor {
        switch elementType {
        case .bfloat16: Tensor(floats ?? [], extents)
        case .int4, .int2:
            Tensor(codes.map { Int8(bitPattern: $0 << (8 - elementType.bits)) >> (8 - elementType.bits) }, extents)
        case .uint4, .uint2: Tensor(codes, extents)
        default:
            if let format = MiniFloat(elementType) { Tensor(codes.map(format.value), extents) } else { self }
        }
    }

    /// The bit patterns of elements of 8 bits or fewer, unpacked.
    private var codes: [UInt8] {
        let bits = elementType.bits
        let mask = UInt8(truncatingIfNeeded: 1 << bits - 1)
        return bytes.withUnsafeBytes { raw in
            (0..<elementCount).map { raw[$0 * bits / 8] >> ($0 * bits % 8) & mask }
        }
    }
}

/// A floating-point format of 8 bits or fewer (OCP 8-bit Floating Point, OCP Microscaling, and the FNUZ variants).
private struct MiniFloat {
    let exponentBits: Int
    let fractionBits: Int
    let bias: Int
    /// What the format has beside finite numbers.
    let special: Special

    enum Special {
        case none
        /// The greatest exponent means infinity, or NaN where the fraction is not 0.
        case ieee
        /// Only the pattern whose bits, sign aside, are all set is NaN.
        case allOnes
        /// Negative zero is NaN.
        case negativeZero
    }

    init?(_ type: ElementType) {
        switch type {
        case .float8e4m3fn: self.init(exponentBits: 4, fractionBits: 3, bias: 7, special: .allOnes)
        case .float8e4m3fnuz: self.init(exponentBits: 4, fractionBits: 3, bias: 8, special: .negativeZero)
        case .float8e5m2: self.init(exponentBits: 5, fractionBits: 2, bias: 15, special: .ieee)
        case .float8e5m2fnuz: self.init(exponentBits: 5, fractionBits: 2, bias: 16, special: .negativeZero)
        case .float4e2m1: self.init(exponentBits: 2, fractionBits: 1, bias: 1, special: .none)
        case .float8e8m0: self.init(exponentBits: 8, fractionBits: 0, bias: 127, special: .allOnes)
        default: return nil
        }
    }

    private init(exponentBits: Int, fractionBits: Int, bias: Int, special: Special) {
        self.exponentBits = exponentBits
        self.fractionBits = fractionBits
        self.bias = bias
        self.special = special
    }

    func value(_ code: UInt8) -> Float {
        let magnitudeBits = exponentBits + fractionBits
        let isNegative = magnitudeBits < 8 && Int(code) >> magnitudeBits & 1 == 1
        let pattern = Int(code) & (1 << magnitudeBits - 1)
        let exponent = pattern >> fractionBits
        let fraction = pattern & (1 << fractionBits - 1)
        let isTop = exponent == 1 << exponentBits - 1
        switch special {
        case .ieee where isTop: return fraction > 0 ? .nan : isNegative ? -.infinity : .infinity
        case .allOnes where pattern == 1 << magnitudeBits - 1: return .nan
        case .negativeZero where pattern == 0 && isNegative: return .nan
        default: break
        }
        let isScaleOnly = fractionBits == 0
        let significand = exponent == 0 && !isScaleOnly ? fraction : fraction | 1 << fractionBits
        let power = (isScaleOnly ? exponent : max(exponent, 1)) - bias - fractionBits
        return Float(sign: isNegative ? .minus : .plus, exponent: power, significand: Float(significand))
    }
}
