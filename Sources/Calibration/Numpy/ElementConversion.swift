internal import GraphIR

/// Why a tensor cannot take another element type.
enum ConversionFault: Error {
    /// No conversion between the two types.
    case types
    /// A value that the wanted type does not have.
    case value(String)
}

extension Tensor {
    /// The same values as elements of `type`.
    ///
    /// A number becomes a floating-point number by rounding to nearest, ties to even, and becomes an integer or truth
    /// value only where it is one exactly. Strings, complex numbers, float8 and types narrower than 8 bits stay what
    /// they are.
    func converted(to type: ElementType) throws(ConversionFault) -> Tensor {
        switch elementType {
        case type: return self
        case .float32, .float16, .bfloat16:
            return try Tensor(converting: (floats ?? []).map(Double.init), to: type, extents)
        case .float64: return try Tensor(converting: elements(as: Double.self) ?? [], to: type, extents)
        case .uint64: return try Tensor(converting: elements(as: UInt64.self) ?? [], to: type, extents)
        default:
            guard let integers else { throw .types }
            return try Tensor(converting: integers, to: type, extents)
        }
    }

    private init<N: Number>(converting values: [N], to type: ElementType, _ extents: [Int]) throws(ConversionFault) {
        switch type {
        case .float32: self.init(values.map(\.single), extents)
        case .float64: self.init(values.map(\.double), extents)
        case .float16: self.init(.float16, extents, words: values.map { Float16($0.double).bitPattern })
        case .bfloat16: self.init(.bfloat16, extents, words: values.map(\.single.brainBits))
        case .uint8: self.init(try values.exact(UInt8.self), extents)
        case .int8: self.init(try values.exact(Int8.self), extents)
        case .uint16: self.init(try values.exact(UInt16.self), extents)
        case .int16: self.init(try values.exact(Int16.self), extents)
        case .uint32: self.init(try values.exact(UInt32.self), extents)
        case .int32: self.init(try values.exact(Int32.self), extents)
        case .uint64: self.init(try values.exact(UInt64.self), extents)
        case .int64: self.init(try values.exact(Int64.self), extents)
        case .bool:
            let bits = try values.exact(UInt8.self)
            if let other = bits.first(where: { $0 > 1 }) { throw .value("\(other)") }
            self.init(bits.map { $0 == 1 }, extents)
        default: throw .types
        }
    }

    private init(_ type: ElementType, _ extents: [Int], words: [UInt16]) {
        self.init(type, extents, bytes: Tensor(words, extents).bytes)
    }
}

/// What conversion passes through: a type that holds every value of its sources exactly.
private protocol Number: Sendable {
    var single: Float { get }
    var double: Double { get }
    func exact<T: FixedWidthInteger>(_ type: T.Type) -> T?
}

extension Double: Number {
    fileprivate var single: Float { Float(self) }
    fileprivate var double: Double { self }
    fileprivate func exact<T: FixedWidthInteger>(_ type: T.Type) -> T? { T(exactly: self) }
}

extension Int: Number {
    fileprivate var single: Float { Float(self) }
    fileprivate var double: Double { Double(self) }
    fileprivate func exact<T: FixedWidthInteger>(_ type: T.Type) -> T? { T(exactly: self) }
}

extension UInt64: Number {
    fileprivate var single: Float { Float(self) }
    fileprivate var double: Double { Double(self) }
    fileprivate func exact<T: FixedWidthInteger>(_ type: T.Type) -> T? { T(exactly: self) }
}

extension Array where Element: Number {
    fileprivate func exact<T: FixedWidthInteger>(_ type: T.Type) throws(ConversionFault) -> [T] {
        var result: [T] = []
        result.reserveCapacity(count)
        for value in self {
            guard let exact = value.exact(T.self) else { throw .value("\(value)") }
            result.append(exact)
        }
        return result
    }
}

extension Float {
    /// The bits of the nearest bfloat16, ties to even; a NaN stays one.
    fileprivate var brainBits: UInt16 {
        if isNaN { return UInt16(bitPattern >> 16) | 0x40 }
        return UInt16((bitPattern &+ 0x7fff &+ (bitPattern >> 16 & 1)) >> 16)
    }
}
