public import GraphIR

extension Grid {
    /// The smallest scale a grid may have: products of two scales must stay normal float32 numbers.
    static let leastScale: Float = 0x1p-60

    /// The asymmetric per-tensor grid that covers `range` and zero: scale = (high - low) / levels, the zero point the
    /// integer nearest to -low / scale, so that zero is exactly representable. `range` is finite.
    public static func asymmetric(_ range: ClosedRange<Float>, _ elementType: ElementType) -> Grid {
        let integers = elementType.integerRange ?? 0...255
        let low = Double(min(range.lowerBound, 0)), high = Double(max(range.upperBound, 0))
        let scale = max(Float((high - low) / Double(integers.count - 1)), leastScale)
        let zeroPoint = Double(integers.lowerBound) + (-low / Double(scale)).rounded(.toNearestOrEven)
        return Grid(
            elementType, scales: [scale],
            zeroPoints: [min(max(Int(zeroPoint), integers.lowerBound), integers.upperBound)])
    }

    /// The real values at the two ends of a per-tensor grid.
    public var range: ClosedRange<Float> {
        let integers = elementType.integerRange ?? 0...255
        return Float(integers.lowerBound - zeroPoints[0]) * scales[0]...Float(integers.upperBound - zeroPoints[0]) * scales[0]
    }
}
