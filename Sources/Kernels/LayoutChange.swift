public import GraphIR

/// Copies a tensor of batch, channels and spatial axes from one layout to another.
public struct LayoutChange: Sendable {
    private let copy: StridedCopy

    /// `nil` where elements are not whole bytes, or where both layouts are the same bytes.
    public init?(_ type: ElementType, _ extents: [Int], from: TensorLayout, to: TensorLayout) {
        guard from != to, extents.count >= 3, type.bits >= 8, !extents.contains(0) else { return nil }
        let channels = extents[1], positions = extents[2...].reduce(1, *)
        guard channels > 1, positions > 1 else { return nil }
        // Both views have axes batch, then the target's outer axis, then its inner one.
        let (outer, inner) = to == .channelsLast ? (positions, channels) : (channels, positions)
        copy = StridedCopy(
            extents: [extents[0], outer, inner], source: [outer * inner, 1, outer], target: [outer * inner, inner, 1],
            width: type.bits / 8)
    }

    public func run(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        copy.run(from: source, to: target)
    }
}
