internal import GraphIR
internal import Kernels

/// A product's weight with the noise that rounding would add to it, and how that noise depends on the factors of the
/// channels that the product reads.
///
/// - Formula: channel c of the data is multiplied by r[c] and the weights w[o, c] divided by it, so that their step is
///   d[o] = max over c of |w[o, c]| / r[c] / 127. In terms of the weights as they are, the noise of w[o, c] is
///   n r[c] d[o] with n even between -0.5 and 0.5.
struct NoisyProduct: Sendable {
    /// Weights lie [rows, columns, count]: rows are output channels, or where not, input channels.
    private let rows: Int
    private let columns: Int
    private let count: Int
    private let hasOutputsFirst: Bool
    /// Output channels that read the same inputs.
    private let maps: Int
    private let weight: Tensor
    /// The largest magnitude of each [row, column].
    private let peaks: [Float]
    private let most: Float
    /// The data it reads.
    let data: String

    /// `nil` where a weight is not finite. O(weights).
    init?(_ reader: ChannelScaling.Reader, data: String, most: Int) {
        let extents = reader.weight.extents
        hasOutputsFirst = reader.isConvolution || reader.axis == 0
        (rows, columns, count) = (extents[0], extents[1], reader.isConvolution ? extents[2...].reduce(1, *) : 1)
        maps = reader.isConvolution ? max(extents[0] / reader.groups, 1) : Int.max
        weight = reader.weight
        self.most = Float(most)
        self.data = data
        let pairs = rows * columns, count = count
        let peaks = weight.withFloats { Magnitudes.largest($0, outer: 1, channels: pairs, inner: count) }
        guard let peaks else { return nil }
        self.peaks = peaks
    }

    /// Whether the noise changes with the factors: not where each output channel reads one input channel only.
    var dependsOnFactors: Bool { !hasOutputsFirst || columns > 1 }

    /// The input channel of a weight.
    private func input(_ row: Int, _ column: Int) -> Int { hasOutputsFirst ? row / maps * columns + column : row }

    private var outputs: Int { hasOutputsFirst ? rows : columns }

    /// The step of each output channel's weights, and which input channel sets it. `factors` are one an input channel.
    private func steps(_ factors: [Float]?) -> (steps: [Float], inputs: [Int]) {
        var steps = [Float](repeating: 0, count: outputs), inputs = [Int](repeating: 0, count: outputs)
        for row in 0..<rows {
            for column in 0..<columns {
                let input = input(row, column), output = hasOutputsFirst ? row : column
                let size = peaks[row * columns + column] / (factors?[input] ?? 1) / most
                if size > steps[output] { (steps[output], inputs[output]) = (size, input) }
            }
        }
        return (steps, inputs)
    }

    /// The weight in one run.
    struct Draw: Sendable {
        /// With noise.
        let weight: Tensor
        let noise: Tensor
        /// Which input channel sets the step of each output channel.
        let setting: [Int]
    }

    /// The weight with noise.
    func draw(_ factors: [Float]?, _ random: inout SplitMix64) -> Draw {
        let (steps, setting) = steps(factors)
        let noise = Tensor.floats(weight.extents) { target in
            var index = 0
            for row in 0..<rows {
                for column in 0..<columns {
                    let size = steps[hasOutputsFirst ? row : column] * (factors?[input(row, column)] ?? 1)
                    for _ in 0..<count {
                        target[index] = size * random.offset()
                        index += 1
                    }
                }
            }
        }
        return Draw(weight: weight.adding(noise), noise: noise, setting: setting)
    }

    /// Adds the slopes by the logarithms of `factors` to `slopes`, given the gradient by the weight.
    func addSlopes(_ gradient: Matrix, _ draw: Draw, to slopes: inout ArraySlice<Double>) {
        var byRow = [Double](repeating: 0, count: rows), byColumn = [Double](repeating: 0, count: columns)
        let groups = hasOutputsFirst ? max(rows / maps, 1) : 1
        let each = rows / groups
        let first = slopes.startIndex
        for group in 0..<groups {
            var sums = [Double](repeating: 0, count: each)
            byColumn = byColumn.map { _ in 0 }
            draw.noise.withFloats {
                let offset = group * each * columns * count
                GradientKernels.addSums(
                    of: gradient.base + offset, times: $0 + offset, count: count, byRow: &sums, byColumn: &byColumn)
            }
            byRow.replaceSubrange(group * each..<(group + 1) * each, with: sums)
            guard hasOutputsFirst else { continue }
            for column in 0..<columns { slopes[first + group * columns + column] += byColumn[column] }
        }
        if !hasOutputsFirst { for row in 0..<rows { slopes[first + row] += byRow[row] } }
        for (input, total) in zip(draw.setting, hasOutputsFirst ? byRow : byColumn) { slopes[first + input] -= total }
    }
}
