/// One axis of a slice as ONNX writes it: ends of either sign, of which those outside of the axis are cut.
struct SliceRange: Sendable, Hashable {
    var start: Int
    var end: Int
    /// Not 0.
    var step: Int

    static let whole = SliceRange(start: 0, end: .max, step: 1)

    /// Whether the range is the whole axis, however long that is: ends too large for any axis count as its end.
    var isWhole: Bool { start == 0 && step == 1 && end >= Int(Int32.max) }

    /// The positions of an axis of `extent` elements: `count` of them from `start`, which is on the axis where there is
    /// one.
    func resolved(extent: Int) -> (start: Int, count: Int, step: Int) {
        guard extent > 0 else { return (0, 0, 1) }
        let step = min(max(step, -extent), extent)
        let bounds = step > 0 ? 0...extent : -1...extent - 1
        let first = Self.clamped(start, extent, to: bounds)
        let last = Self.clamped(end, extent, to: bounds)
        let distance = step > 0 ? last - first : first - last
        guard distance > 0 else { return (0, 0, 1) }
        return (first, (distance - 1) / abs(step) + 1, step)
    }

    private static func clamped(_ position: Int, _ extent: Int, to bounds: ClosedRange<Int>) -> Int {
        let counted = position < 0 ? position + extent : position
        return min(max(counted, bounds.lowerBound), bounds.upperBound)
    }
}
