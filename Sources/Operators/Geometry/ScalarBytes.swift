import GraphIR
import Kernels

/// One element of any numeric type, as its bytes.
struct ScalarBytes: Sendable {
    private let bytes: (UInt64, UInt64)
    let width: Int

    /// The value as an element of `type`, which has 8 bits or more. Throws `OperatorFault.unsupported` where the type
    /// is not numeric.
    init(_ value: Float, _ type: ElementType) throws {
        guard type.bits >= 8, let cast = ElementCast(from: .float32, to: type) else {
            throw OperatorFault.unsupported("values of type \(type.onnxName)")
        }
        var bytes: (UInt64, UInt64) = (0, 0)
        withUnsafeBytes(of: value) { source in
            withUnsafeMutableBytes(of: &bytes) { cast.run(source.baseAddress!, into: $0.baseAddress!, count: 1) }
        }
        self.bytes = bytes
        width = type.bits / 8
    }

    /// The only element of a constant of 8 bits or more an element. Throws `OperatorFault.shape` where it has more or
    /// none, `.unsupported` for strings and packed types.
    init(_ tensor: Tensor) throws {
        guard tensor.elementType.bits >= 8 else {
            throw OperatorFault.unsupported("values of type \(tensor.elementType.onnxName)")
        }
        width = tensor.elementType.bits / 8
        guard tensor.bytes.count == width else {
            throw OperatorFault.shape("a value of extents \(tensor.extents) where one element is expected")
        }
        var bytes: (UInt64, UInt64) = (0, 0)
        tensor.bytes.withUnsafeBytes { source in
            withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: source) }
        }
        self.bytes = bytes
    }

    /// Writes the element over `byteCount` bytes.
    func fill(_ target: UnsafeMutableRawPointer, byteCount: Int) {
        withBytes { Fill.run(target, byteCount: byteCount, value: $0, width: width) }
    }

    func withBytes<R>(_ body: (UnsafeRawPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: bytes) { try body($0.baseAddress!) }
    }
}
