internal import Kernels

/// The largest magnitude of a product's weights between each input and each output channel.
struct WeightPeaks {
    /// [outputs, each], or [each, outputs] where the weights are laid out so.
    private let peaks: [Float]
    private let hasOutputsFirst: Bool
    private let outputs: Int
    /// Input channels that an output channel reads.
    private let each: Int
    /// Output channels that read the same inputs.
    private let maps: Int
    /// Weights between one input and one output channel.
    private let count: Int

    /// O(weights). `nil` where a weight is not finite.
    init?(_ reader: ChannelScaling.Reader) {
        let extents = reader.weight.extents
        outputs = reader.isConvolution ? extents[0] : extents[reader.axis]
        each = reader.isConvolution ? extents[1] : extents[1 - reader.axis]
        maps = reader.isConvolution ? max(outputs / reader.groups, 1) : max(outputs, 1)
        count = reader.isConvolution ? extents[2...].reduce(1, *) : 1
        hasOutputsFirst = reader.isConvolution || reader.axis == 0
        let pairs = outputs * each, count = count
        let peaks = reader.weight.withFloats { Magnitudes.largest($0, outer: 1, channels: pairs, inner: count) }
        guard let peaks else { return nil }
        self.peaks = peaks
    }

    /// The error of the outputs that rounding the weights causes where those of each input are multiplied by its factor;
    /// `energies` are the sums of squares of the inputs, divided by theirs. O(inputs * outputs).
    func noise(_ factors: [Float], _ energies: [Double]) -> Double {
        let groupEnergies = stride(from: 0, to: energies.count, by: max(each, 1)).map {
            energies[$0..<min($0 + each, energies.count)].reduce(0, +)
        }
        return largest(factors).enumerated().reduce(0) { sum, output in
            let step = Double(output.element / 127)
            return sum + step * step / 12 * groupEnergies[output.offset / maps] * Double(count)
        }
    }

    /// The largest of each output's peaks times the factors.
    private func largest(_ factors: [Float]) -> [Float] {
        guard hasOutputsFirst else { return Magnitudes.largestOfColumns(peaks[...], factors[...]) }
        return stride(from: 0, to: outputs, by: maps).flatMap { first in
            let inputs = first / maps * each, last = min(first + maps, outputs)
            return Magnitudes.largestOfRows(peaks[first * each..<last * each], factors[inputs..<inputs + each])
        }
    }
}
