public import GraphIR

/// Memory of a fixed size, aligned to 64 bytes, given back when the object goes.
///
/// `@unchecked`: the object only owns the bytes; whoever writes them sees to it that nobody else does at that time.
public final class AlignedMemory: TensorBytes, @unchecked Sendable {
    private static let alignment = 64
    public let base: UnsafeMutableRawPointer
    public let count: Int
    /// Where `base` lies in. What malloc gives with a wish for alignment leaves gaps too small for the next of its size.
    private let block: UnsafeMutableRawPointer

    /// Uninitialized memory of `count` bytes.
    public init(count: Int) {
        self.count = count
        block = UnsafeMutableRawPointer.allocate(byteCount: count + Self.alignment, alignment: 16)
        base = block.alignedUp(toMultipleOf: Self.alignment)
    }

    deinit { block.deallocate() }

    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: count)) }
    }
}

extension TensorBytes {
    /// The address of the first byte, never null, valid for reading while the object lives.
    public var address: UnsafeRawPointer { withUnsafeBytes { $0.baseAddress } ?? UnsafeRawPointer(noBytes.base) }
}

/// What an empty tensor's address points at.
private let noBytes = AlignedMemory(count: 64)
