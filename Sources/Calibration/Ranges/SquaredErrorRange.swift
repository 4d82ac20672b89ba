/// The range whose grid has the least mean squared error over the values seen, rounding and clipping together.
///
/// The error is that of the histogram, values lying evenly within a bin. Both ends are first drawn in together, then
/// each is moved on its own by ever smaller steps as long as the error falls (pattern search, Hooke and Jeeves 1961).
/// Where the values are only read by way of a function, the error is that of what the function gives.
public struct SquaredErrorRange: RangeEstimator {
    private static let coarseFactor = 0.8
    private static let coarseSteps = 24
    private static let fineFactors = [0.9, 0.95, 0.975, 0.99]
    private static let mostMoves = 12

    private let response: (@Sendable ([Float]) -> [Float]?)?

    /// `response` gives the function by which the values are read, at many points; `nil` where it cannot.
    public init(response: (@Sendable ([Float]) -> [Float]?)? = nil) { self.response = response }

    /// O(bins), with about a hundred looks at the histogram.
    public func range(of statistics: TensorStatistics, levels: Int, symmetric: Bool) -> ClosedRange<Float> {
        guard let histogram = Histogram(statistics, response: response), levels >= 2 else { return 0...0 }
        var search = Search(histogram: histogram, levels: levels, symmetric: symmetric)
        let most = max(-histogram.range.lowerBound, histogram.range.upperBound)
        var bound = most
        for _ in 0..<Self.coarseSteps {
            search.consider(-bound...bound)
            bound *= Self.coarseFactor
        }
        for factor in Self.fineFactors {
            for _ in 0..<Self.mostMoves where !search.moveEnds(by: factor) { break }
        }
        return search.best.result(symmetric: symmetric)
    }
}

/// The best range so far.
private struct Search {
    let histogram: Histogram
    let levels: Int
    let symmetric: Bool
    private(set) var best: ClosedRange<Double>
    private var error: Double

    init(histogram: Histogram, levels: Int, symmetric: Bool) {
        self.histogram = histogram
        self.levels = levels
        self.symmetric = symmetric
        best = histogram.range
        error = histogram.meanSquaredError(CandidateGrid(best, levels: levels, symmetric: symmetric))
    }

    /// Takes the part of `range` that holds values where its error is less. Returns whether it is.
    @discardableResult
    mutating func consider(_ range: ClosedRange<Double>) -> Bool {
        let candidate = range.clamped(to: histogram.range)
        guard candidate != best, candidate.lowerBound < candidate.upperBound else { return false }
        let other = histogram.meanSquaredError(CandidateGrid(candidate, levels: levels, symmetric: symmetric))
        guard other < error else { return false }
        best = candidate
        error = other
        return true
    }

    /// Tries to move one end or both, in or out. Returns whether that helped.
    mutating func moveEnds(by factor: Double) -> Bool {
        let start = best
        for low in [factor, 1, 1 / factor] {
            for high in [factor, 1, 1 / factor] { consider(start.lowerBound * low...start.upperBound * high) }
        }
        return best != start
    }
}
