internal import Kernels

/// The values of a tensor that are not zero, as counts between edges; what range estimators search in.
struct Histogram {
    let counts: [UInt64]
    /// One more than `counts`; none lies outside the values' range. Bin `i` covers `edges[i]...edges[i + 1]`.
    let edges: [Double]
    let total: Double
    /// `counts` as weights.
    private let weights: [Double]
    /// What readers make of the values, where that is what counts.
    private var response: ResponseError?
    /// The values' range, widened to zero.
    let range: ClosedRange<Double>

    /// `nil` where no value but zero was seen. `response`: the function by which values are read, at many points;
    /// without it, or where it is not finite, the values themselves count.
    init?(_ statistics: TensorStatistics, response: (([Float]) -> [Float]?)? = nil) {
        guard let seen = statistics.range, statistics.count > statistics.zeros else { return nil }
        let width = Double(statistics.binWidth)
        let low = Double(seen.lowerBound), high = Double(seen.upperBound)
        let used = Int((max(high, 0) / width).rounded(.down)) - statistics.firstBin + 1
        counts = Array(statistics.bins[..<used])
        edges = (0...used).map { min(max(Double(statistics.firstBin + $0) * width, low), high) }
        total = Double(statistics.count - statistics.zeros)
        range = min(low, 0)...max(high, 0)
        weights = counts.map { Double($0) }
        if let values = response?(edges.map { Float($0) }) {
            self.response = ResponseError(self, values: values.map(Double.init))
        }
    }

    /// The mean squared error of quantizing the values on the grid of `candidate`, as readers see it. O(bins).
    func meanSquaredError(_ candidate: CandidateGrid) -> Double {
        if let response { return response.sum(candidate, self) / total }
        return HistogramKernels.quantizationNoise(
            weights, edges: edges, bins: weights.indices, scale: candidate.scale, steps: candidate.steps) / total
    }

    /// The first bin that begins at `x` or above. O(log bins).
    func bin(at x: Double) -> Int {
        var low = 0, high = counts.count
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] < x { low = middle + 1 } else { high = middle }
        }
        return low
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
