import CONNXProto
import GraphIR

/// The elements of a tensor in the fields of `TensorProto` that have a type: `float_data`, `int32_data` and so on.
///
/// `int32_data` has one entry for each element of up to 32 bits (the bits of a small float, the value of an integer),
/// or for each byte of packed elements. A complex number is two entries.
enum TypedFields {
    /// Takes `count` elements out of the message, as packed bytes. Throws where there are more or fewer, or where a
    /// value does not fit the element type.
    static func take(
        _ message: UnsafeMutablePointer<TensorProto>, _ elementType: ElementType, _ count: Int
    ) throws -> [UInt8] {
        let fields = message.pointee
        let entries = entryCount(elementType, count)
        switch elementType {
        case .float32, .complex64:
            message.pointee.n_float_data = 0
            return try bytes(fields.float_data, fields.n_float_data, entries)
        case .float64, .complex128:
            message.pointee.n_double_data = 0
            return try bytes(fields.double_data, fields.n_double_data, entries)
        case .int64:
            message.pointee.n_int64_data = 0
            return try bytes(fields.int64_data, fields.n_int64_data, entries)
        case .uint64, .uint32:
            message.pointee.n_uint64_data = 0
            let values = try checked(fields.uint64_data, fields.n_uint64_data, entries)
            return try elementType == .uint64
                ? narrowed(values, to: UInt64.self, elementType) : narrowed(values, to: UInt32.self, elementType)
        default:
            message.pointee.n_int32_data = 0
            let values = try checked(fields.int32_data, fields.n_int32_data, entries)
            return switch elementType {
            case .int32: try narrowed(values, to: Int32.self, elementType)
            case .int16: try narrowed(values, to: Int16.self, elementType)
            case .int8: try narrowed(values, to: Int8.self, elementType)
            case .uint16, .float16, .bfloat16: try narrowed(values, to: UInt16.self, elementType)
            default: try narrowed(values, to: UInt8.self, elementType)
            }
        }
    }

    /// Puts the elements of a tensor, which is not of strings, into the message.
    static func set(_ tensor: Tensor, _ message: UnsafeMutablePointer<TensorProto>, _ arena: MessageArena) {
        let entries = entryCount(tensor.elementType, tensor.elementCount)
        switch tensor.elementType {
        case .float32, .complex64:
            message.pointee.n_float_data = entries
            message.pointee.float_data = arena.array(values(tensor, Float.self))
        case .float64, .complex128:
            message.pointee.n_double_data = entries
            message.pointee.double_data = arena.array(values(tensor, Double.self))
        case .int64:
            message.pointee.n_int64_data = entries
            message.pointee.int64_data = arena.array(values(tensor, Int64.self))
        case .uint64:
            message.pointee.n_uint64_data = entries
            message.pointee.uint64_data = arena.array(values(tensor, UInt64.self))
        case .uint32:
            message.pointee.n_uint64_data = entries
            message.pointee.uint64_data = arena.array(values(tensor, UInt32.self).map(UInt64.init))
        default:
            message.pointee.n_int32_data = entries
            message.pointee.int32_data = arena.array(int32Values(tensor))
        }
    }

    private static func int32Values(_ tensor: Tensor) -> [Int32] {
        switch tensor.elementType {
        case .int32: values(tensor, Int32.self)
        case .int16: values(tensor, Int16.self).map(Int32.init)
        case .int8: values(tensor, Int8.self).map(Int32.init)
        case .uint16, .float16, .bfloat16: values(tensor, UInt16.self).map(Int32.init)
        default: values(tensor, UInt8.self).map(Int32.init)
        }
    }

    /// Entries that `count` elements take in their field.
    private static func entryCount(_ elementType: ElementType, _ count: Int) -> Int {
        switch elementType {
        case .complex64, .complex128: count * 2
        case .uint4, .int4, .float4e2m1, .uint2, .int2: elementType.byteCount(count)
        default: count
        }
    }

    private static func checked<T>(
        _ start: UnsafeMutablePointer<T>?, _ count: Int, _ expected: Int
    ) throws -> UnsafeBufferPointer<T> {
        try MessageReader.check(count, is: expected, typed: true)
        return UnsafeBufferPointer(start: start, count: count)
    }

    private static func bytes<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int, _ expected: Int) throws -> [UInt8] {
        Array(UnsafeRawBufferPointer(try checked(start, count, expected)))
    }

    private static func narrowed<Wide: BinaryInteger, T: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Wide>, to type: T.Type, _ elementType: ElementType
    ) throws -> [UInt8] {
        let narrow = try values.map { value in
            guard let value = T(exactly: value) else { throw FormatFault.valueOutOfRange(elementType) }
            return value
        }
        return narrow.withUnsafeBytes { Array($0) }
    }

    private static func values<T: BitwiseCopyable>(_ tensor: Tensor, _ type: T.Type) -> [T] {
        tensor.bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<T>.stride).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: type)
            }
        }
    }
}
