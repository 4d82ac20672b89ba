public import GraphIR

/// The element type of a NumPy array, as its `descr` string words it: byte order, kind, width.
public struct NumpyType: Sendable, Hashable {
    public var elementType: ElementType
    public var isBigEndian = false

    private static let codes: [String: ElementType] = [
        "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32,
        "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64, "c8": .complex64, "c16": .complex128,
    ]

    /// The type that `descriptor` (such as `<f4`) means; `nil` where the elements are no numbers (text, objects, dates,
    /// records).
    public init?(descriptor: String) {
        guard let order = descriptor.first, "<>|=".contains(order),
            let elementType = Self.codes[String(descriptor.dropFirst())]
        else { return nil }
        self.elementType = elementType
        isBigEndian = order == ">"
    }

    /// The type NumPy has for tensors of `type`: its own, or the narrowest that holds every value of it exactly.
    /// `nil` for strings.
    public init?(holding type: ElementType) {
        switch type {
        case .string: return nil
        case .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1:
            elementType = .float32
        case .int4, .int2: elementType = .int8
        case .uint4, .uint2: elementType = .uint8
        default: elementType = type
        }
    }

    public var descriptor: String {
        let code = Self.codes.first { $0.value == elementType }?.key ?? ""
        return (itemBytes == 1 ? "|" : isBigEndian ? ">" : "<") + code
    }

    public var itemBytes: Int { elementType.bits / 8 }

    /// The width of the numbers whose bytes are in order: half of a complex one.
    var wordBytes: Int {
        elementType == .complex64 || elementType == .complex128 ? itemBytes / 2 : itemBytes
    }
}
