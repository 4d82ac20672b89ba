/// A row-major tensor as seen from one of its axes, or from several neighbours taken as one: what is before, the axis
/// itself, what is behind.
public struct AxisBlocks: Sendable {
    public var outer: Int
    public var extent: Int
    public var inner: Int

    /// The products of `extents` must not overflow. O(rank).
    public init(_ extents: [Int], axes: Range<Int>) {
        outer = extents[..<axes.lowerBound].reduce(1, *)
        extent = extents[axes].reduce(1, *)
        inner = extents[axes.upperBound...].reduce(1, *)
    }

    public var isEmpty: Bool { outer == 0 || extent == 0 || inner == 0 }
}
