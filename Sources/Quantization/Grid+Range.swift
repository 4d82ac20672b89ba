public import GraphIR

extension Grid {
    /// The smallest scale a grid may have: products of two scales must stay normal float32 numbers.
    static let leastScale: Float = 0x1p-60

    /// The per-tensor grid of a target's activations that covers `range`, which is finite, and zero.
    public static func activation(_ range: ClosedRange<Float>, for target: Target) -> Grid {
        target.symmetricActivations
            ? symmetric(range, target.activationType) : asymmetric(range, target.activationType)
    }

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

    /// The signed per-tensor grid with zero point 0 and the narrow range: scale = max |range| / the greatest integer.
    public static func symmetric(_ range: ClosedRange<Float>, _ elementType: ElementType) -> Grid {
        let most = Float(elementType.integerRange?.upperBound ?? 127)
        let largest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
        return Grid(elementType, scales: [max(largest / most, leastScale)], zeroPoints: [0])
    }
}
