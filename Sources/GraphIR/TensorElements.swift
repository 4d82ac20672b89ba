/// A Swift type whose values are the elements of tensors of one element type.
public protocol TensorElement: BitwiseCopyable, Sendable {
    static var elementType: ElementType { get }
}

extension Float: TensorElement { public static var elementType: ElementType { .float32 } }
extension Double: TensorElement { public static var elementType: ElementType { .float64 } }
extension UInt8: TensorElement { public static var elementType: ElementType { .uint8 } }
extension Int8: TensorElement { public static var elementType: ElementType { .int8 } }
extension UInt16: TensorElement { public static var elementType: ElementType { .uint16 } }
extension Int16: TensorElement { public static var elementType: ElementType { .int16 } }
extension UInt32: TensorElement { public static var elementType: ElementType { .uint32 } }
extension Int32: TensorElement { public static var elementType: ElementType { .int32 } }
extension UInt64: TensorElement { public static var elementType: ElementType { .uint64 } }
extension Int64: TensorElement { public static var elementType: ElementType { .int64 } }
extension Bool: TensorElement { public static var elementType: ElementType { .bool } }

extension Tensor {
    /// A tensor of `values`, row-major. `values.count` must be the product of `extents`. O(1).
    public init<T: TensorElement>(_ values: [T], _ extents: [Int]) {
        precondition(values.count == extents.reduce(1, *), "element count does not match the extents")
        self.init(T.elementType, extents, bytes: ElementBytes(values))
    }

    /// A tensor of int8, or of int4, whose elements share bytes, the first in the lowest bits. O(n).
    public init(_ integers: [Int8], _ extents: [Int], of type: ElementType) {
        guard type == .int4 else {
            self.init(integers, extents)
            return
        }
        var bytes = [UInt8](repeating: 0, count: type.byteCount(integers.count))
        for (index, value) in integers.enumerated() {
            bytes[index / 2] |= (UInt8(bitPattern: value) & 0xF) << (index % 2 * 4)
        }
        self.init(type, extents, bytes: ArrayBytes(bytes))
    }

    /// A tensor of int4, bool or integers of whole bytes: of each number the nearest that the type has, of bool whether it
    /// is not 0. O(n).
    public init(integers: [Int], _ extents: [Int], of type: ElementType) {
        switch type {
        case .bool: self.init(integers.map { $0 != 0 }, extents)
        case .uint8: self.init(integers.map(UInt8.init(clamping:)), extents)
        case .int8: self.init(integers.map(Int8.init(clamping:)), extents)
        case .int4: self.init(integers.map { Int8(min(max($0, -8), 7)) }, extents, of: .int4)
        case .uint16: self.init(integers.map(UInt16.init(clamping:)), extents)
        case .int16: self.init(integers.map(Int16.init(clamping:)), extents)
        case .uint32: self.init(integers.map(UInt32.init(clamping:)), extents)
        case .int32: self.init(integers.map(Int32.init(clamping:)), extents)
        case .uint64: self.init(integers.map(UInt64.init(clamping:)), extents)
        case .int64: self.init(integers.map(Int64.init), extents)
        default: preconditionFailure("\(type) is no type of integers that are written")
        }
    }

    /// A tensor without dimensions.
    public init<T: TensorElement>(scalar: T) { self.init([scalar], []) }

    /// The elements, where they are of type `T`; `nil` where the tensor has another element type. O(n).
    public func elements<T: TensorElement>(as type: T.Type = T.self) -> [T]? {
        guard T.elementType == elementType else { return nil }
        return bytes.withUnsafeBytes { raw in
            let count = elementCount
            return [T](unsafeUninitializedCapacity: count) { buffer, initialized in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: raw[0..<count * MemoryLayout<T>.stride]))
                initialized = count
            }
        }
    }

    /// The elements of any integer or `bool` tensor, widened. `nil` for every other type. O(n).
    public var integers: [Int]? {
        switch elementType {
        case .uint8: elements(as: UInt8.self)?.map(Int.init)
        case .int8: elements(as: Int8.self)?.map(Int.init)
        case .uint16: elements(as: UInt16.self)?.map(Int.init)
        case .int16: elements(as: Int16.self)?.map(Int.init)
        case .uint32: elements(as: UInt32.self)?.map(Int.init)
        case .int32: elements(as: Int32.self)?.map(Int.init)
        case .uint64: elements(as: UInt64.self)?.map { Int(clamping: $0) }
        case .int64: elements(as: Int64.self)?.map(Int.init)
        case .bool: elements(as: UInt8.self, reading: .bool)?.map { $0 == 0 ? 0 : 1 }
        case .uint4, .int4, .uint2, .int2: packedIntegers
        default: nil
        }
    }

    /// The elements of a tensor of integers that share bytes, the first in the lowest bits.
    private var packedIntegers: [Int] {
        let bits = elementType.bits, perByte = 8 / bits, range = elementType.integerRange ?? 0...0
        return bytes.withUnsafeBytes { raw in
            (0..<elementCount).map { index in
                let value = Int(raw[index / perByte]) >> (index % perByte * bits) & ((1 << bits) - 1)
                return value > range.upperBound ? value - (1 << bits) : value
            }
        }
    }

    /// The elements of a float32, float64, float16 or bfloat16 tensor as float32. `nil` for every other type. O(n).
    public var floats: [Float]? {
        switch elementType {
        case .float32: elements(as: Float.self)
        case .float64: elements(as: Double.self)?.map(Float.init)
        case .float16: elements(as: UInt16.self, reading: .float16)?.map(Float.init(halfBits:))
        case .bfloat16: elements(as: UInt16.self, reading: .bfloat16)?.map { Float(bitPattern: UInt32($0) << 16) }
        default: nil
        }
    }

    private func elements<T: TensorElement>(as type: T.Type, reading elementType: ElementType) -> [T]? {
        Tensor(T.elementType, extents, bytes: bytes).elements(as: T.self)
    }
}

extension Float {
    /// The value of an IEEE 754 binary16 bit pattern.
    public init(halfBits h: UInt16) {
        let sign = UInt32(h & 0x8000) << 16
        let exponent = UInt32(h >> 10) & 0x1f
        let fraction = UInt32(h & 0x3ff)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 31: self.init(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: self.init(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
