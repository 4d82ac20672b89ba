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
    private var signal = 0.0, magnitude = 0.0, noise = 0.0, clippedNoise = 0.0
    private var clipped = 0, count = 0
    private var low = Float.infinity, high = -Float.infinity

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
                clipped += 1
                clippedNoise += error * error
            }
        }
        guard sums.count > 0 else { return }
        count += sums.count
        signal += sums.signal
        magnitude += sums.magnitude
        noise += sums.noise
        (low, high) = (min(low, sums.low), max(high, sums.high))
        largest[channel] = max(largest[channel], -sums.low, sums.high)
        errorSums[channel] += sums.error
        counts[channel] += sums.count
    }

    /// Those of some values of one channel.
    private struct Sums {
        var count = 0
        var error = 0.0, noise = 0.0, signal = 0.0, magnitude = 0.0
        var low = Float.infinity, high = -Float.infinity
    }

    /// What stands out. `weights` is how far the ranges of the weight's channels are apart where they share one scale,
    /// and `parts` how far those of the inputs of a Concat.
    func causes(weights: Double?, parts: Double?) -> [ComparisonReport.Cause] {
        guard count > 0, noise > 0, signal > 0 else { return [] }
        var causes: [ComparisonReport.Cause] = []
        if let parts, parts > 8 { causes.append(.init(.mixedParts, parts)) }
        if let weights, weights > 4 { causes.append(.init(.weightsShareScale, weights)) }
        if clippedNoise > 0.5 * noise { causes.append(.init(.saturation, 100 * Double(clipped) / Double(count))) }
        let shift = zip(errorSums, counts).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.0 / Double($1.1) : $0 }
        if shift > 0.5 * noise { causes.append(.init(.meanError, 100 * shift / noise)) }
        if let grid, grid.levels > 1 {
            let step = Double(grid.range.upperBound - grid.range.lowerBound) / Double(grid.levels - 1)
            let mean = magnitude / Double(count)
            let used = min((Double(high) - Double(low)) / step + 1, Double(grid.levels))
            if used < 0.5 * Double(grid.levels) {
                causes.append(.init(.fewLevels, used))
            } else if mean < step * Double(grid.levels) / 40 {
                causes.append(.init(.outliers, Double(max(high.magnitude, low.magnitude)) / mean))
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
