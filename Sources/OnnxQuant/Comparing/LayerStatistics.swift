internal import GraphIR
internal import Reporting

/// What is gathered of one layer's values over the samples, to say where its own error comes from.
struct LayerStatistics {
    /// The integer grid of the value, where it is one for the whole tensor.
    struct ValueGrid {
        let range: ClosedRange<Float>
        let levels: Int
    }

    private let grid: ValueGrid?
    private var largest: [Float] = []
    private var errorSums: [Double] = []
    private var counts: [Int] = []
    private var total = Sums()

    init(grid: ValueGrid?) { self.grid = grid }

    /// Adds the values of one run, `extents` those of both. O(n).
    mutating func add(reference: [Float], measured: [Float], extents: [Int]) {
        guard let channels = Channels(extents.isEmpty ? [1] : extents),
            largest.isEmpty || largest.count == channels.count
        else { return }
        if largest.isEmpty {
            largest = Array(repeating: 0, count: channels.count)
            errorSums = channels.zeros
            counts = Array(repeating: 0, count: channels.count)
        }
        channels.forEachRun(of: min(reference.count, measured.count)) { channel, run in
            add(reference[run], measured[run], to: channel)
        }
    }

    private mutating func add(_ reference: ArraySlice<Float>, _ measured: ArraySlice<Float>, to channel: Int) {
        var sums = Sums()
        for (value, got) in zip(reference, measured) where value.isFinite && got.isFinite {
            let error = Double(got) - Double(value)
            sums.count += 1
            sums.error += error
            sums.noise += error * error
            sums.signal += Double(value) * Double(value)
            sums.magnitude += Double(value.magnitude)
            sums.low = min(sums.low, value)
            sums.high = max(sums.high, value)
            if let grid, value < grid.range.lowerBound || value > grid.range.upperBound {
                sums.clipped += 1
                sums.clippedNoise += error * error
            }
        }
        total.add(sums)
        largest[channel] = max(largest[channel], -sums.low, sums.high)
        errorSums[channel] += sums.error
        counts[channel] += sums.count
    }

    /// Those of some values.
    private struct Sums {
        var count = 0, clipped = 0
        var error = 0.0, noise = 0.0, clippedNoise = 0.0, signal = 0.0, magnitude = 0.0
        var low = Float.infinity, high = -Float.infinity

        mutating func add(_ other: Sums) {
            count += other.count
            clipped += other.clipped
            error += other.error
            noise += other.noise
            clippedNoise += other.clippedNoise
            signal += other.signal
            magnitude += other.magnitude
            (low, high) = (min(low, other.low), max(high, other.high))
        }
    }

    /// What stands out. `weights` is how far the ranges of the weight's channels are apart where they share one scale,
    /// and `parts` how far those of the inputs of a Concat.
    func causes(weights: Double?, parts: Double?) -> [ComparisonReport.Cause] {
        guard total.count > 0, total.noise > 0, total.signal > 0 else { return [] }
        var causes: [ComparisonReport.Cause] = []
        if let parts, parts > 8 { causes.append(.init(.mixedParts, parts)) }
        if let weights, weights > 4 { causes.append(.init(.weightsShareScale, weights)) }
        if total.clippedNoise > 0.5 * total.noise {
            causes.append(.init(.saturation, 100 * Double(total.clipped) / Double(total.count)))
        }
        let shift = zip(errorSums, counts).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.0 / Double($1.1) : $0 }
        if shift > 0.5 * total.noise { causes.append(.init(.meanError, 100 * shift / total.noise)) }
        if let grid, grid.levels > 1 {
            let step = Double(grid.range.upperBound - grid.range.lowerBound) / Double(grid.levels - 1)
            let mean = total.magnitude / Double(total.count)
            let used = min((Double(total.high) - Double(total.low)) / step + 1, Double(grid.levels))
            if used < 0.5 * Double(grid.levels) {
                causes.append(.init(.fewLevels, used))
            } else if mean < step * Double(grid.levels) / 40 {
                causes.append(.init(.outliers, Double(max(total.high.magnitude, total.low.magnitude)) / mean))
            }
        }
        let active = largest.filter { $0 > 0 }.sorted()
        if active.count > 1, let most = active.last {
            let ratio = Double(most / active[active.count / 2])
            if ratio > 6 { causes.append(.init(.unevenChannels, ratio)) }
        }
        return causes
    }
}
