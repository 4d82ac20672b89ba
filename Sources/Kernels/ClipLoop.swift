internal import CKernels
public import GraphIR

/// Keeps elements within bounds.
public struct ClipLoop: Sendable {
    private let loop: ck_clip_loop

    /// `nil` where elements of that type have no order.
    public init?(_ type: ElementType) {
        guard let loop = ck_find_clip(ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
    }

    /// Raises `count` elements to the one at `low`, then cuts them to the one at `high`; NaN stays. `nil` is no bound.
    /// `y` may be `x`. O(count).
    public func run(
        _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, count: Int, low: UnsafeRawPointer?, high: UnsafeRawPointer?
    ) {
        loop(x, y, count, low, high)
    }
}
