/// Bytes that a tensor lies in: memory of our own, or a mapped file.
///
/// The bytes do not change and do not move while the object lives.
public protocol TensorBytes: AnyObject, Sendable {
    var count: Int { get }
    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
    /// Says that the bytes will hardly be read for a while: where they mirror a file, their memory can serve others.
    func setAside()
}

extension TensorBytes {
    public func setAside() {}
}

/// Bytes held in a Swift array.
public final class ArrayBytes: TensorBytes {
    private let bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public var count: Int { bytes.count }
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes(body)
    }
}

/// The elements of a Swift array as bytes.
final class ElementBytes<T: TensorElement>: TensorBytes {
    private let elements: [T]
    init(_ elements: [T]) { self.elements = elements }
    var count: Int { elements.count * MemoryLayout<T>.stride }
    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try elements.withUnsafeBytes(body)
    }
}

/// A constant tensor: an element type, extents, and little-endian, row-major, packed bytes.
public struct Tensor: Sendable {
    /// Where the ONNX file keeps the elements; kept so that an untouched tensor is written back as it was read.
    public enum Encoding: Sendable, Hashable {
        case raw
        case typedFields
        case external
    }

    public var elementType: ElementType
    public var extents: [Int]
    /// The elements; empty for a `string` tensor.
    public var bytes: any TensorBytes
    /// The elements of a `string` tensor, as UTF-8 bytes; empty for every other type.
    public var strings: [[UInt8]] = []
    public var encoding: Encoding = .raw
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    /// `bytes.count` must be `elementType.byteCount` of the product of `extents`.
    public init(_ elementType: ElementType, _ extents: [Int], bytes: any TensorBytes) {
        self.elementType = elementType
        self.extents = extents
        self.bytes = bytes
    }

    public init(strings: [[UInt8]], _ extents: [Int]) {
        self.init(.string, extents, bytes: ArrayBytes([]))
        self.strings = strings
        encoding = .typedFields
    }

    public var shape: Shape { Shape(extents) }
    public var elementCount: Int { extents.reduce(1, *) }
}
