internal import GraphIR

/// An integer value of the graph together with the grid that a QuantizeLinear or DequantizeLinear node gives it.
struct QuantizedValue {
    /// The integer tensor.
    let name: String
    /// The names of the constants that hold scale and zero point.
    let scale: String
    let zeroPoint: String
    let elementType: ElementType
    let scales: [Float]
    let zeroPoints: [Int]
    /// The axis of a per-axis grid; `nil` where one scale serves the whole tensor.
    let axis: Int?
    /// The integers themselves, where they are constant.
    let constant: Tensor?

    var isPerTensor: Bool { axis == nil }
    var is8Bit: Bool { elementType == .uint8 || elementType == .int8 }

    /// Whether `other` has the same grid, so that integers mean the same on both.
    func sharesGrid(with other: QuantizedValue) -> Bool {
        elementType == other.elementType && scales == other.scales && zeroPoints == other.zeroPoints && axis == other.axis
    }

    /// Integers within the type's range as int8, or uint8 where it has no negative ones.
    func bytes(_ integers: [Int], _ extents: [Int]) -> Tensor {
        (elementType.integerRange?.lowerBound ?? 0) < 0
            ? Tensor(integers.map { Int8($0) }, extents) : Tensor(integers.map { UInt8($0) }, extents)
    }

    /// The integer that stands for `real`: roundHalfToEven(real / scale) + zero point, clamped to the type. The grid must
    /// be per tensor.
    func quantize(_ real: Float) -> Int {
        let range = elementType.integerRange ?? 0...0
        let steps = (real / scales[0]).rounded(.toNearestOrEven)
        guard steps.isFinite else { return steps > 0 ? range.upperBound : range.lowerBound }
        let bounded = min(max(Double(steps), -1e9), 1e9)
        return min(max(Int(bounded) + zeroPoints[0], range.lowerBound), range.upperBound)
    }
}
