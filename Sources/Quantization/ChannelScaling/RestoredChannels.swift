internal import GraphIR
internal import Kernels

/// Factors for a value that gets its own size back behind its grid, so that no weight bears what its channels are divided
/// by: every channel can have all of the grid.
///
/// Where a function such as a hard swish reads the value, what lies below its flat end need not be told apart.
///
/// - Source: as for `ChannelScaling`; that the grid may end where the function is flat is our own.
/// - Formula: factor[c] = max(high[c], r * -low[c]), r from half to eight for one zero point serves all channels.
enum RestoredChannels {
    private static let ratios: [Float] = [0.5, 1, 2, 4, 8]
    /// What the function may still change below its flat end, as a share of its largest result.
    private static let flat: Float = 0x1p-12

    /// The best factors and range, where they leave less than `mostNoise` of the noise; `nil` elsewhere. `readers` are the
    /// products that read what `response` gives.
    static func choose(
        _ seen: ChannelStatistics, response: ReaderResponse?, readers: [ChannelScaling.Reader], mostNoise: Double,
        symmetric: Bool
    ) -> ChannelScaling.Choice? {
        let seen = seen.notBelow(response.map { floor($0, seen) } ?? -.infinity), channels = seen.low.count
        let ends = zip(seen.low, seen.high)
        guard channels > 1, ends.allSatisfy({ $0.isFinite && $1.isFinite }), ends.contains(where: { $0 < $1 })
        else { return nil }
        let weights = readers.isEmpty ? nil : ChannelScaling.summary(readers, channels: channels)
        let importance = weights?.importance ?? [Double](repeating: 1, count: channels)
        let search = RangeSearch(seen, importance: importance, symmetric: symmetric) { values in
            response?.squaredSlopes(at: values)
        }
        var least = mostNoise * search.best([Float](repeating: 1, count: channels)).noise
        var best: ChannelScaling.Choice?
        for ratio in symmetric ? [1] : ratios {
            let sizes = ends.map { max($1, ratio * -$0) }
            let factors = ChannelScaling.normalized(sizes, largest: sizes), (range, noise) = search.best(factors)
            guard noise < least else { continue }
            (best, least) = (.init(factors: factors, range: range, noise: noise), noise)
        }
        return best
    }

    /// Where the function's flat end lies, as far as one is seen: at or below zero.
    static func floor(_ response: ReaderResponse, _ seen: ChannelStatistics) -> Float {
        guard let low = seen.low.min(), let high = seen.high.max(), low < 0 else { return 0 }
        let count = 256, points = (0...count).map { low * Float($0) / Float(count) }
        guard let results = try? response(points + [high]), results.count == points.count + 1 else { return low }
        let most = flat * (results.map(\.magnitude).max() ?? 0)
        let end = points.indices.last { (results[$0] - results[count]).magnitude > most }
        return end.map { points[min($0 + 1, count)] } ?? 0
    }
}
