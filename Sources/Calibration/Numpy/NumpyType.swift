public import GraphIR

/// The element type of a NumPy array, as its `descr` string words it: byte order, kind, width.
public struct NumpyType: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case element(ElementType)
        /// Text of at most so many characters, each a 4-byte code point.
        case unicode(Int)
        /// Text of at most so many bytes.
        case bytes(Int)
    }

    public var kind: Kind
    public var isBigEndian = false

    private static let elements: [String: ElementType] = [
        "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32,
        "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64, "c8": .complex64, "c16": .complex128,
    ]

    public init(_ kind: Kind) { self.kind = kind }

    /// The type that `descriptor` (such as `<f4`) means; `nil` where no tensor has such elements (objects, dates, records).
    public init?(descriptor: String) {
        guard let order = descriptor.first, "<>|=".contains(order) else { return nil }
        let code = String(descriptor.dropFirst())
        if let element = Self.elements[code] {
            kind = .element(element)
        } else if let letter = code.first, let length = Int(code.dropFirst()), 1...0xffff_ffff ~= length {
            switch letter {
            case "U": kind = .unicode(length)
            case "S", "a": kind = .bytes(length)
            default: return nil
            }
        } else {
            return nil
        }
        isBigEndian = order == ">"
    }

    public var descriptor: String {
        let order = isBigEndian ? ">" : "<"
        switch kind {
        case .element(let type):
            let code = Self.elements.first { $0.value == type }?.key ?? ""
            return (type.bits == 8 ? "|" : order) + code
        case .unicode(let length): return "\(order)U\(length)"
        case .bytes(let length): return "|S\(length)"
        }
    }

    /// The type NumPy has for tensors of `type`: its own, or the narrowest that holds every value of it exactly.
    /// For strings, `longest` is the most characters of one.
    public init(holding type: ElementType, longest: Int = 0) {
        switch type {
        case .string: kind = .unicode(max(longest, 1))
        case .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0, .float4e2m1:
            kind = .element(.float32)
        case .int4, .int2: kind = .element(.int8)
        case .uint4, .uint2: kind = .element(.uint8)
        default: kind = .element(type)
        }
    }

    /// The type of the tensors such an array gives.
    public var elementType: ElementType {
        if case .element(let type) = kind { type } else { .string }
    }

    public var itemBytes: Int {
        switch kind {
        case .element(let type): type.bits / 8
        case .unicode(let length): 4 * length
        case .bytes(let length): length
        }
    }

    /// The width of what byte order means something to.
    var wordBytes: Int {
        switch kind {
        case .element(.complex64): 4
        case .element(.complex128): 8
        case .element(let type): type.bits / 8
        case .unicode: 4
        case .bytes: 1
        }
    }
}
