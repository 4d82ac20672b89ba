internal import Kernels

/// The values of a tensor that are not zero, as counts between edges; what range estimators search in.
struct Histogram {
    let counts: [UInt64]
    /// One more than `counts`; none lies outside the values' range. Bin `i` covers `edges[i]...edges[i + 1]`.
    let edges: [Double]
    let total: Double
    /// The values' range, widened to zero.
    let range: ClosedRange<Double>

    /// `nil` where no value but zero was seen.
    init?(_ statistics: TensorStatistics) {
        guard let seen = statistics.range, statistics.count > statistics.zeros else { return nil }
        let width = Double(statistics.binWidth)
        let low = Double(seen.lowerBound), high = Double(seen.upperBound)
        let used = Int((max(high, 0) / width).rounded(.down)) - statistics.firstBin + 1
        counts = Array(statistics.bins[..<used])
        edges = (0...used).map { min(max(Double(statistics.firstBin + $0) * width, low), high) }
        total = Double(statistics.count - statistics.zeros)
        range = min(low, 0)...max(high, 0)
    }

    /// The mean squared error of quantizing the values on the grid of `candidate`. O(bins).
    func meanSquaredError(_ candidate: CandidateGrid) -> Double {
        HistogramKernels.quantizationNoise(counts, edges: edges, scale: candidate.scale, steps: candidate.steps) / total
    }
}

/// The grid that a range would get: multiples `q * scale`, `q` in `steps`, zero among them.
struct CandidateGrid {
    let scale: Double
    let steps: ClosedRange<Int>

    /// `range` contains zero and is not empty; `levels` is at least 2. A symmetric grid reaches as far down as up.
    init(_ range: ClosedRange<Double>, levels: Int, symmetric: Bool) {
        if symmetric {
            let most = max((levels - 1) / 2, 1)
            scale = max(-range.lowerBound, range.upperBound) / Double(most)
            steps = -most...most
        } else {
            scale = (range.upperBound - range.lowerBound) / Double(levels - 1)
            let below = min(Int((-range.lowerBound / scale).rounded(.toNearestOrEven)), levels - 1)
            steps = -below...levels - 1 - below
        }
    }
}
