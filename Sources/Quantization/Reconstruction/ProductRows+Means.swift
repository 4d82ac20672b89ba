internal import GraphIR
internal import Kernels

/// Means over all positions, not only those taken.
extension ProductRows {
    /// The mean of each number that the sums run over, in the quantized data.
    func dataMeans(group: Int) -> [Float] {
        means(of: layer.data, numbers: inner) { values, count, shape, sums in
            guard let shape else { return Self.addRows(of: values, count, each: inner, to: sums) }
            let windows = Windows(shape), plane = shape.source.reduce(1, *)
            for sample in 0..<shape.batch {
                windows.addSums(
                    of: values + (sample * shape.sourceChannels + group * windows.channels) * plane, to: sums)
            }
        }
    }

    /// The mean of each channel of the float outputs.
    func outputMeans(group: Int) -> [Float] {
        means(of: layer.outputs, numbers: channels) { values, count, shape, sums in
            guard let shape else { return Self.addRows(of: values, count, each: channels, to: sums) }
            let windows = Windows(channels: channels, of: shape.destination), plane = shape.destination.reduce(1, *)
            for sample in 0..<shape.batch {
                windows.addSums(of: values + (sample * groups + group) * channels * plane, to: sums)
            }
        }
    }

    /// `add` adds the numbers of all positions of one batch.
    private func means(
        of tensors: [Tensor], numbers: Int,
        add: (UnsafePointer<Float>, Int, ConvolutionShape?, UnsafeMutablePointer<Double>) -> Void
    ) -> [Float] {
        var sums = [Double](repeating: 0, count: numbers)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let sums = sums.baseAddress else { return }
            for (tensor, shape) in zip(tensors, shapes) {
                tensor.withFloats { add($0, tensor.elementCount, shape, sums) }
            }
        }
        return sums.map { Float($0 / Double(positionCount)) }
    }

    private static func addRows(
        of values: UnsafePointer<Float>, _ count: Int, each: Int, to sums: UnsafeMutablePointer<Double>
    ) {
        for first in stride(from: 0, to: count - each + 1, by: each) {
            for number in 0..<each { sums[number] += Double(values[first + number]) }
        }
    }
}
