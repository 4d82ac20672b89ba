/// Chooses the range that a tensor's grid covers.
public protocol RangeEstimator: Sendable {
    /// A range that contains zero, for a grid of `levels` integers (at least 2). A symmetric one reaches as far down
    /// as up. `0...0` where nothing but zero was seen. Values that are exactly zero have no influence.
    func range(of statistics: TensorStatistics, levels: Int, symmetric: Bool) -> ClosedRange<Float>
}

extension RangeMethod {
    /// The estimator of the method, with its default parameters.
    public var estimator: any RangeEstimator {
        switch self {
        case .minmax: MinMaxRange()
        case .percentile: PercentileRange()
        case .entropy: EntropyRange()
        case .mse: SquaredErrorRange()
        }
    }
}

extension ClosedRange<Double> {
    /// The range as an estimator gives it.
    func result(symmetric: Bool) -> ClosedRange<Float> {
        let low = Float(Swift.min(lowerBound, 0)), high = Float(Swift.max(upperBound, 0))
        let most = Swift.max(-low, high)
        return symmetric ? -most...most : low...high
    }
}
