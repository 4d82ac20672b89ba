internal import CKernels
public import GraphIR

extension Float {
    /// The bits of the nearest IEEE binary16 number, half to even.
    public var halfBits: UInt16 { narrowed { ElementCast.floatToHalf($0, into: $1, count: $2) } }

    /// The bits of the nearest bfloat16 number, half to even.
    public var bfloatBits: UInt16 { narrowed { ElementCast.floatToBfloat($0, into: $1, count: $2) } }

    private func narrowed(_ cast: (UnsafePointer<Float>, UnsafeMutablePointer<UInt16>, Int) -> Void) -> UInt16 {
        var bits: UInt16 = 0
        withUnsafePointer(to: self) { cast($0, &bits, 1) }
        return bits
    }
}

/// Conversion between element types.
public struct ElementCast: Sendable {
    /// How FLOAT8E8M0, which has powers of two only, is rounded to.
    public enum PowerRounding: String, Sendable {
        case up, down, nearest
    }

    private let from: ck_element
    private let to: ck_element
    private let rules: ck_cast_rules

    /// `saturate` says whether a float too large for an 8-bit float type becomes its largest value, or else NaN or
    /// infinity. `nil` where one of the types is neither a number nor `bool`, or is complex.
    public init?(
        from: ElementType, to: ElementType, saturate: Bool = true, powers: PowerRounding = .up
    ) {
        self.from = ck_element(UInt32(from.rawValue))
        self.to = ck_element(UInt32(to.rawValue))
        let rounding =
            switch powers {
            case .up: CK_ROUND_UP
            case .down: CK_ROUND_DOWN
            case .nearest: CK_ROUND_NEAREST
            }
        rules = ck_cast_rules(saturate: saturate, powers: rounding)
        guard ck_can_cast(self.from), ck_can_cast(self.to) else { return nil }
    }

    /// Converts `count` elements. Integers that are too wide lose their high bits; floats that no integer can hold give
    /// what x86 processors give; types of fewer than 8 bits are packed, low bits first. O(count).
    public func run(_ source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, count: Int) {
        ck_cast(source, from, target, to, count, rules)
    }

    /// IEEE binary16 to float32, exactly.
    public static func halfToFloat(
        _ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        ck_half_to_float(source, count, target)
    }

    /// float32 to IEEE binary16, rounding half to even; what is too large becomes infinite.
    public static func floatToHalf(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        ck_float_to_half(source, count, target)
    }

    /// bfloat16 to float32, exactly.
    public static func bfloatToFloat(
        _ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        ck_bfloat_to_float(source, count, target)
    }

    /// float32 to bfloat16, rounding half to even.
    public static func floatToBfloat(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int
    ) {
        ck_float_to_bfloat(source, count, target)
    }
}
