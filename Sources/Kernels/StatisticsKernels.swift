internal import CKernels

/// What is seen of many values at once.
public struct Extremes: Sendable {
    /// The least and greatest finite value; `nil` where nothing is finite.
    public var range: ClosedRange<Float>?
    /// How many values are exactly zero, of either sign.
    public var zeros: Int
    /// How many are NaN or infinite.
    public var notFinite: Int

    /// O(n).
    public init(_ values: UnsafeBufferPointer<Float>) {
        let seen = ck_find_extremes(values.baseAddress, values.count)
        range = seen.low <= seen.high ? seen.low...seen.high : nil
        zeros = seen.zeros
        notFinite = seen.not_finite
    }
}

/// The loops of histograms.
public enum HistogramKernels {
    /// The most bins a histogram may have.
    public static let mostBins = Int(CK_MOST_BINS)

    /// Fewer values are counted by one thread.
    private static let leastShared = 1 << 17

    /// Adds 1 to the count of bin `floor(value / width) - first` for every value whose bin there is. `width` is a power of
    /// two with a finite inverse; there are at most `mostBins` counts. O(n + bins).
    public static func count(
        _ values: UnsafeBufferPointer<Float>, width: Float, first: Int, into counts: inout [UInt64]
    ) {
        let parts = values.count < leastShared ? 1 : KernelThreads.count
        guard parts > 1 else { return countAlone(values, width: width, first: first, into: &counts) }
        let bins = counts.count
        nonisolated(unsafe) let all = values
        let found = KernelThreads.map(Array(0..<parts)) { part in
            let share = all.count * part / parts..<all.count * (part + 1) / parts
            var own = [UInt64](repeating: 0, count: bins)
            countAlone(UnsafeBufferPointer(rebasing: all[share]), width: width, first: first, into: &own)
            return own
        }
        for own in found {
            for bin in 0..<bins { counts[bin] += own[bin] }
        }
    }

    private static func countAlone(
        _ values: UnsafeBufferPointer<Float>, width: Float, first: Int, into counts: inout [UInt64]
    ) {
        counts.withUnsafeMutableBufferPointer {
            ck_count_bins(
                values.baseAddress, values.count, 1 / width, Int32(clamping: first), $0.baseAddress, Int32($0.count))
        }
    }

    /// The sum of squared errors of rounding values to the multiples `q * scale` with `q` in `steps`, where those of bin
    /// `i` are spread evenly over `edges[i]...edges[i + 1]` and weigh `weights[i]` together; over some of the bins.
    /// There is one more edge than weights. O(bins).
    public static func quantizationNoise(
        _ weights: [Double], edges: [Double], bins: Range<Int>, scale: Double, steps: ClosedRange<Int>
    ) -> Double {
        precondition(edges.count == weights.count + 1 && weights.indices.contains(bins), "one more edge than bins")
        return weights.withUnsafeBufferPointer { weights in
            edges.withUnsafeBufferPointer { edges in
                guard let weights = weights.baseAddress, let edges = edges.baseAddress else { return 0 }
                return ck_quantization_noise(
                    weights + bins.lowerBound, edges + bins.lowerBound, bins.count, scale, Double(steps.lowerBound),
                    Double(steps.upperBound))
            }
        }
    }

    /// The sum of `m * log(m / o)` over `groups` groups of almost equally many bins that `bins` is split into: group `g`
    /// (from 1) ends before `bins.lowerBound + g * bins.count / groups`, `m` is the count of its values and `o` that of
    /// its bins that are not empty. `mass` and `occupied` have the sums of both over all bins before each bin, and one
    /// more entry. `groups` is in `1...bins.count`. O(groups).
    public static func mergedInformation(
        mass: [Double], occupied: [Double], bins: Range<Int>, groups: Int
    ) -> Double {
        precondition(1...bins.count ~= groups && bins.upperBound < min(mass.count, occupied.count), "groups in bins")
        return ck_merged_information(mass, occupied, bins.lowerBound, bins.upperBound, groups)
    }
}
