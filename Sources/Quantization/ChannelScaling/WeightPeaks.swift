/// The largest magnitude of a product's weights between each input and each output channel.
struct WeightPeaks {
    /// For each output channel, one for each of the `each` input channels that it reads.
    private let peaks: [Float]
    private let outputs: Int
    private let each: Int
    /// Output channels that read the same inputs.
    private let maps: Int
    /// Weights between one input and one output channel.
    private let count: Int

    /// O(weights).
    init(_ reader: ChannelScaling.Reader) {
        let extents = reader.weight.extents
        outputs = reader.isConvolution ? extents[0] : extents[reader.axis]
        each = reader.isConvolution ? extents[1] : extents[1 - reader.axis]
        maps = reader.isConvolution ? max(outputs / reader.groups, 1) : max(outputs, 1)
        count = reader.isConvolution ? extents[2...].reduce(1, *) : 1
        let (outputs, each, count) = (outputs, each, count)
        let hasOutputsFirst = reader.isConvolution || reader.axis == 0
        let weights = reader.weight.bytes.address.assumingMemoryBound(to: Float.self)
        peaks = [Float](unsafeUninitializedCapacity: outputs * each) { peaks, filled in
            for index in 0..<outputs * each {
                let first = hasOutputsFirst ? index * count : index % each * outputs + index / each
                var peak: Float = 0
                for weight in first..<first + count { peak = max(peak, weights[weight].magnitude) }
                peaks.initializeElement(at: index, to: peak)
            }
            filled = outputs * each
        }
        withExtendedLifetime(reader.weight.bytes) {}
    }

    /// The error of the outputs that rounding the weights causes where those of each input are multiplied by its factor;
    /// `energies` are the sums of squares of the inputs, divided by theirs. O(inputs * outputs).
    func noise(_ factors: [Float], _ energies: [Double]) -> Double {
        let groupEnergies = stride(from: 0, to: energies.count, by: max(each, 1)).map {
            energies[$0..<min($0 + each, energies.count)].reduce(0, +)
        }
        var sum = 0.0
        for output in 0..<outputs {
            let group = output / maps, step = Double(largest(output, factors, from: group * each) / 127)
            sum += step * step / 12 * groupEnergies[group] * Double(count)
        }
        return sum
    }

    /// The largest of an output's peaks times the factors from `first` on, 16 at a time.
    private func largest(_ output: Int, _ factors: [Float], from first: Int) -> Float {
        peaks.withUnsafeBytes { peaks in
            factors.withUnsafeBytes { factors in
                let stride = MemoryLayout<Float>.stride, whole = each / 16 * 16
                var lanes = SIMD16<Float>(repeating: 0), largest: Float = 0
                for local in Swift.stride(from: 0, to: whole, by: 16) {
                    let a = peaks.loadUnaligned(fromByteOffset: (output * each + local) * stride, as: SIMD16<Float>.self)
                    let b = factors.loadUnaligned(fromByteOffset: (first + local) * stride, as: SIMD16<Float>.self)
                    lanes = pointwiseMax(lanes, a * b)
                }
                for local in whole..<each {
                    largest = max(
                        largest, peaks.load(fromByteOffset: (output * each + local) * stride, as: Float.self)
                            * factors.load(fromByteOffset: (first + local) * stride, as: Float.self))
                }
                return max(largest, lanes.max())
            }
        }
    }
}
