#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import Calibration
internal import GraphIR
internal import Kernels

/// Divides the channels of activations by factors that make their ranges alike, and multiplies the weights that read them,
/// so that one grid serves all channels. The network computes the same.
///
/// - Source: SmoothQuant (Xiao et al., arXiv 2211.10438), section 4, for matrix products; cross-layer equalization (Nagel
///   et al., arXiv 1906.04721), section 4.1, for convolutions with nothing or a Relu between. Other than there the factors
///   are chosen by an estimate of the output's error, and go into a Mul node before the QuantizeLinear node where no weight
///   or normalization before it can take them.
/// - Formula: factor[c] = max|x[c]|^a / max|w[c]|^(1 - a). Of a = 0, 0.2 ... 1 and no factors at all the least
///   sum of |factor[c] w[c]|² times the mean squared rounding error of x[c] / factor[c] and d² / 12 * E[(x[c] / factor[c])²] (weights on
///   grids of step d) is taken.
struct ChannelScaling {
    private static let exponents: [Float] = (0...5).map { Float($0) / 5 }
    /// How far apart the factors of one value may lie.
    private static let most: Float = 1e4
    /// Room that a channel made larger keeps: on other samples the largest value of one channel exceeds the one seen by
    /// more than the largest of all channels does.
    private static let headroom: Float = 1.5

    /// The weights that read a value: [channel][weights that belong to it], and for each weight the grid it shares.
    struct Reader {
        var weight: Tensor
        var axis: Int
        var groups: Int
        var isConvolution: Bool

        /// Calls `body` with each weight's index, its input channel and its output channel.
        func forEach(_ body: (_ index: Int, _ input: Int, _ output: Int) -> Void) {
            let e = weight.extents
            if isConvolution {
                let each = e[1], inner = e[2...].reduce(1, *), maps = e[0] / groups
                for output in 0..<e[0] {
                    for local in 0..<each {
                        let input = output / maps * each + local
                        let start = (output * each + local) * inner
                        for index in start..<start + inner { body(index, input, output) }
                    }
                }
            } else {
                for row in 0..<e[0] {
                    for column in 0..<e[1] {
                        body(row * e[1] + column, axis == 1 ? row : column, axis == 1 ? column : row)
                    }
                }
            }
        }
    }

    /// Factors and the range of the divided values.
    struct Choice {
        /// One a channel; `nil` for none.
        var factors: [Float]?
        var range: ClosedRange<Float>
        /// The estimated squared error of the outputs, in sum over the positions seen.
        var noise: Double
    }

    /// The best factors and range for a value; factors only where they leave less than `mostNoise` of the noise. `nil`
    /// where nothing can be said. A value out of a Clip `onlyEnlarges` channels, up to the size of the largest: one made
    /// smaller would no longer be cut where it was.
    static func choose(
        _ seen: ChannelStatistics, readers: [Reader], mostNoise: Double, symmetric: Bool, onlyEnlarges: Bool = false
    ) -> Choice? {
        let channels = seen.low.count
        let largest = zip(seen.low, seen.high).map { max($0.magnitude, $1.magnitude) }
        guard channels > 0, let top = largest.max(), top > 0, top.isFinite,
            let (weightLargest, importance) = summary(readers, channels: channels)
        else { return nil }
        let peaks = readers.compactMap(WeightPeaks.init)
        for reader in readers { reader.weight.bytes.setAside() }
        guard peaks.count == readers.count else { return nil }
        let search = RangeSearch(seen, importance: importance, symmetric: symmetric)
        /// `nil` where the noise is `most` or more.
        func choice(_ factors: [Float], below most: Double) -> Choice? {
            var (range, noise) = search.best(factors)
            let energies = zip(search.energies, factors).map { $0 / (Double($1) * Double($1)) }
            for peaks in peaks where noise < most { noise += peaks.noise(factors, energies) }
            return noise < most ? Choice(factors: factors, range: range, noise: noise) : nil
        }
        guard var best = choice([Float](repeating: 1, count: channels), below: .infinity) else { return nil }
        best.factors = nil
        let enough = mostNoise * best.noise
        for exponent in channels > 1 ? exponents : [] {
            let raw = (0..<channels).map { channel -> Float in
                guard largest[channel] > 0, weightLargest[channel] > 0 else { return 0 }
                return pow(largest[channel], exponent) / pow(weightLargest[channel], 1 - exponent)
            }
            var factors = normalized(raw, largest: largest)
            if onlyEnlarges { factors = factors.map { min($0, 1) } }
            best = choice(factors, below: min(best.noise, enough)) ?? best
        }
        return best
    }

    /// The largest magnitude and the sum of squares of the weights that read each channel; `nil` where readers have other
    /// channels.
    static func summary(_ readers: [Reader], channels: Int) -> (largest: [Float], importance: [Double])? {
        var largest = [Float](repeating: 0, count: channels), importance = [Double](repeating: 0, count: channels)
        var fits = true
        for reader in readers {
            reader.weight.withFloats { values in
                reader.forEach { index, input, _ in
                    guard input < channels else { return fits = false }
                    largest[input] = max(largest[input], values[index].magnitude)
                    importance[input] += Double(values[index]) * Double(values[index])
                }
            }
        }
        return fits ? (largest, importance) : nil
    }

    /// Factors within bounds, so that the largest channel keeps its size; silent channels get 1.
    static func normalized(_ factors: [Float], largest: [Float]) -> [Float] {
        let scaled = zip(largest, factors).map { $1 > 0 ? $0 / $1 : 0 }
        guard let most = scaled.max(), let top = largest.max(), most > 0, top > 0 else {
            return factors.map { _ in 1 }
        }
        let common = most / top
        return zip(factors, largest).map { factor, largest in
            guard factor > 0 else { return 1 }
            let least = min(headroom * largest / top, 1)
            return min(max(factor * common, least, 1 / Self.most), Self.most)
        }
    }
}
