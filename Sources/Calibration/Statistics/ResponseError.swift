internal import Kernels

/// The error of a grid as a function of the values shows it.
struct ResponseError {
    /// The function at every edge of the histogram.
    private let values: [Double]
    /// The count of each bin times the square of the function's slope there.
    private let weights: [Double]
    /// Sums over the bins before each bin: counts, counts times the function, counts times its square.
    private var mass: [Double] = [0]
    private var first: [Double] = [0]
    private var second: [Double] = [0]

    /// `values` are the function at `histogram.edges`; `nil` where one is not finite.
    init?(_ histogram: Histogram, values: [Double]) {
        guard values.count == histogram.edges.count, values.allSatisfy(\.isFinite) else { return nil }
        self.values = values
        weights = histogram.counts.indices.map { bin in
            let width = histogram.edges[bin + 1] - histogram.edges[bin]
            let slope = width > 0 ? (values[bin + 1] - values[bin]) / width : 0
            return Double(histogram.counts[bin]) * slope * slope
        }
        for (bin, count) in histogram.counts.enumerated() {
            let count = Double(count), value = (values[bin] + values[bin + 1]) / 2
            mass.append(mass[bin] + count)
            first.append(first[bin] + count * value)
            second.append(second[bin] + count * value * value)
        }
    }

    /// The sum of squared errors: between the grid's ends those of rounding, times the slope; outside, the differences
    /// from the function at the end. O(bins).
    func sum(_ candidate: CandidateGrid, _ histogram: Histogram) -> Double {
        let low = Double(candidate.steps.lowerBound) * candidate.scale
        let high = Double(candidate.steps.upperBound) * candidate.scale
        let begin = histogram.bin(at: low), end = max(begin, histogram.bin(at: high))
        let inside = HistogramKernels.quantizationNoise(
            weights, edges: histogram.edges, bins: begin..<end, scale: candidate.scale, steps: candidate.steps)
        return inside + clipped(0..<begin, to: begin) + clipped(end..<weights.count, to: end)
    }

    /// The squared differences in some bins from the function at an edge.
    private func clipped(_ bins: Range<Int>, to edge: Int) -> Double {
        let value = values[edge]
        func sum(_ sums: [Double]) -> Double { sums[bins.upperBound] - sums[bins.lowerBound] }
        return max(sum(second) - 2 * value * sum(first) + value * value * sum(mass), 0)
    }
}
