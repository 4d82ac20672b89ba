/// The range that leaves out a fixed share of the values: half of it at either end, or all of it by magnitude where the
/// range is symmetric. Values are taken to lie evenly within a bin.
public struct PercentileRange: RangeEstimator {
    /// The percentage of values inside, in 0...100.
    public let percentile: Double

    public init(percentile: Double = 99.999) { self.percentile = min(max(percentile, 0), 100) }

    /// O(bins).
    public func range(of statistics: TensorStatistics, levels: Int, symmetric: Bool) -> ClosedRange<Float> {
        guard let histogram = Histogram(statistics) else { return 0...0 }
        let distribution = Distribution(histogram)
        let outside = histogram.total * (1 - percentile / 100)
        let most = max(-histogram.range.lowerBound, histogram.range.upperBound)
        if symmetric {
            let bound = least(upTo: most) {
                distribution.count(below: -$0) + distribution.count(above: $0) <= outside
            }
            return (-bound...bound).result(symmetric: true)
        }
        let low = least(upTo: most) { distribution.count(below: -$0) <= outside / 2 }
        let high = least(upTo: most) { distribution.count(above: $0) <= outside / 2 }
        return (-low...high).result(symmetric: false)
    }

    /// The least number in 0...`bound` that `holds`, which is false up to some number and true from there on.
    private func least(upTo bound: Double, where holds: (Double) -> Bool) -> Double {
        var low = 0.0, high = bound
        if holds(low) { return low }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }
}

/// How many values lie below a number, interpolated within bins.
private struct Distribution {
    private let edges: [Double]
    /// The values below each edge.
    private let cumulative: [Double]

    init(_ histogram: Histogram) {
        edges = histogram.edges
        var sum = 0.0
        cumulative = [0] + histogram.counts.map { count in
            sum += Double(count)
            return sum
        }
    }

    /// O(log bins).
    func count(below x: Double) -> Double {
        var low = 0, high = edges.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] < x { low = middle + 1 } else { high = middle }
        }
        if low == 0 { return 0 }
        if low == edges.count { return cumulative[low - 1] }
        let share = (x - edges[low - 1]) / (edges[low] - edges[low - 1])
        return cumulative[low - 1] + share * (cumulative[low] - cumulative[low - 1])
    }

    func count(above x: Double) -> Double { (cumulative.last ?? 0) - count(below: x) }
}
