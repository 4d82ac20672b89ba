internal import CKernels

/// Memory of one repeated element.
public enum Fill {
    /// Writes the `width` bytes at `value` over `byteCount` bytes, a multiple of `width`. O(byteCount).
    public static func run(
        _ target: UnsafeMutableRawPointer, byteCount: Int, value: UnsafeRawPointer, width: Int
    ) {
        ck_fill(target, byteCount, value, Int32(width))
    }
}
