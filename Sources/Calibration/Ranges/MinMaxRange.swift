/// The least and the greatest value seen.
public struct MinMaxRange: RangeEstimator {
    public init() {}

    /// O(1).
    public func range(of statistics: TensorStatistics, levels: Int, symmetric: Bool) -> ClosedRange<Float> {
        guard let seen = statistics.range else { return 0...0 }
        return (Double(seen.lowerBound)...Double(seen.upperBound)).result(symmetric: symmetric)
    }
}
