internal import GraphIR

/// How often the largest element of the first output is at the label's position.
struct AccuracyCount {
    /// Samples counted, those that each model gets right, and those on which both say the same.
    private(set) var samples = 0, float = 0, quantized = 0, agreeing = 0

    /// Adds the outputs of one run for samples with these labels; nothing where the float output has no row for each
    /// label. Where the quantized one has none, as with another shape, its answers are wrong.
    mutating func add(labels: [Int], float: Tensor, quantized: Tensor?) {
        guard let expected = float.largest(samples: labels.count), let quantized else { return }
        let got = quantized.largest(samples: labels.count)
        for (index, label) in labels.enumerated() {
            self.float += expected[index] == label ? 1 : 0
            self.quantized += got?[index] == label ? 1 : 0
            agreeing += got?[index] == expected[index] ? 1 : 0
        }
        samples += labels.count
    }

    /// A count in percent; `nil` where not every one of `total` samples was counted.
    func percent(_ count: KeyPath<AccuracyCount, Int>, of total: Int) -> Double? {
        samples == total && total > 0 ? 100 * Double(self[keyPath: count]) / Double(total) : nil
    }
}

extension Tensor {
    /// The position of the largest element in each of `samples` samples along the leading axis; `nil` where the tensor
    /// is not numeric or does not hold that many. O(n).
    fileprivate func largest(samples: Int) -> [Int]? {
        guard samples > 0, extents.first == samples || samples == 1, let numbers, !numbers.isEmpty else { return nil }
        let size = numbers.count / samples
        return (0..<samples).map { sample in
            let values = numbers[sample * size..<(sample + 1) * size]
            return (values.indices.max { values[$0] < values[$1] } ?? values.startIndex) - values.startIndex
        }
    }
}
