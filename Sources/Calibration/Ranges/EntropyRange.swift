#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import Kernels

/// The range whose quantized distribution tells most of the real one: least Kullback-Leibler divergence.
///
/// Follows S. Migacz, "8-bit Inference with TensorRT" (GPU Technology Conference 2017): for every candidate threshold
/// the reference distribution is the histogram within it, the values outside added to its end bins; the candidate
/// distribution merges the inner bins into as many groups as the grid has levels and spreads each group's count over
/// the bins of it that are not empty. There the histogram is of magnitudes; here a threshold cuts both ends of a
/// histogram of signed values, so that it serves asymmetric grids too.
///
/// The divergence knows nothing of distances. So that a histogram of a few spikes does not lose them, a range counts
/// only if its mean squared error is at most `mostError` times that of the full range, which is the loss of one bit.
public struct EntropyRange: RangeEstimator {
    private static let mostCandidates = 512
    private static let mostError = 4.0

    public init() {}

    /// O(candidates * (levels + log candidates) + bins).
    public func range(of statistics: TensorStatistics, levels: Int, symmetric: Bool) -> ClosedRange<Float> {
        guard let histogram = Histogram(statistics), levels >= 2 else { return 0...0 }
        let width = Double(statistics.binWidth)
        let below = -statistics.firstBin, above = histogram.counts.count - below
        let search = DivergenceSearch(histogram.counts, zero: below)
        let most = max(below, above)
        let step = max(1, most / Self.mostCandidates)
        var candidates = stride(from: most, through: 1, by: -step)
            .filter { min($0, below) + min($0, above) >= min(levels, histogram.counts.count) }
            .map { threshold in
                let covered = min(threshold, below) + min(threshold, above)
                let inside = symmetric ? max(1, levels * covered / (2 * threshold)) : levels
                return (threshold: threshold, divergence: search.divergence(threshold, levels: inside))
            }
        candidates.sort { ($0.divergence, -$0.threshold) < ($1.divergence, -$1.threshold) }

        func error(_ range: ClosedRange<Double>) -> Double {
            histogram.meanSquaredError(CandidateGrid(range, levels: levels, symmetric: symmetric))
        }
        let allowed = Self.mostError * error(histogram.range)
        for candidate in candidates {
            let bound = Double(candidate.threshold) * width
            let range = (-bound...bound).clamped(to: histogram.range)
            if error(range) <= allowed { return range.result(symmetric: symmetric) }
        }
        return histogram.range.result(symmetric: symmetric)
    }
}

/// Divergences of clipped and quantized histograms, each in O(levels) by sums over bins made beforehand.
private struct DivergenceSearch {
    private let counts: [Double]
    /// The bin that starts at zero.
    private let zero: Int
    /// Sums over the bins before each bin: counts, counts times their logarithm, bins that are not empty.
    private let mass: [Double]
    private let information: [Double]
    private let occupied: [Double]

    init(_ counts: [UInt64], zero: Int) {
        self.zero = zero
        let counts = counts.map { Double($0) }
        func sums(_ term: (Double) -> Double) -> [Double] {
            counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + term($1)) }
        }
        self.counts = counts
        mass = sums { $0 }
        information = sums { $0 > 0 ? $0 * log($0) : 0 }
        occupied = sums { $0 > 0 ? 1 : 0 }
    }

    /// The divergence, in nats, where only the `threshold` bins on either side of zero are kept.
    func divergence(_ threshold: Int, levels: Int) -> Double {
        let first = max(zero - threshold, 0), end = min(zero + threshold, counts.count)
        let total = mass[counts.count], inside = mass[end] - mass[first]
        guard inside > 0 else { return .infinity }
        var outside = [(bin: first, count: mass[first]), (bin: end - 1, count: total - mass[end])]
        if first == end - 1 { outside = [(first, total - inside)] }
        outside.removeAll { $0.count == 0 }
        guard outside.allSatisfy({ counts[$0.bin] > 0 }) else { return .infinity }

        var entropy = information[end] - information[first]
        for (bin, count) in outside {
            entropy += (counts[bin] + count) * log(counts[bin] + count) - counts[bin] * log(counts[bin])
        }
        let groups = min(levels, end - first)
        var cross = HistogramKernels.mergedInformation(mass: mass, occupied: occupied, bins: first..<end, groups: groups)
        for (bin, count) in outside {
            // An end bin lies in the first or the last group.
            let start = bin == first ? first : first + (groups - 1) * (end - first) / groups
            let next = bin == first ? first + (end - first) / groups : end
            cross += count * log((mass[next] - mass[start]) / (occupied[next] - occupied[start]))
        }
        return (entropy - cross) / total - log(total / inside)
    }
}
