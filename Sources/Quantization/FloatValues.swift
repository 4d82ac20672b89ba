public import GraphIR
public import Kernels

/// The float model's values by which quantized ones are judged, kept while it runs over the samples.
public struct FloatValues {
    /// The values looked for.
    public let names: Set<String>
    private let samples: Range<Int>
    private var seen: [[String: [Float]]]

    /// For the last of `count` samples, those that `OutputTrials` judges by.
    public init(_ model: Model, samples count: Int) {
        names = OutputError.judgedValues(model.graph)
        samples = OutputTrials.firstJudged(of: count)..<count
        seen = Array(repeating: [:], count: samples.count)
    }

    /// Adds a value of one sample; the others are passed over. O(n).
    public mutating func add(_ name: String, _ view: TensorView, sample: Int) {
        guard names.contains(name), samples.contains(sample) else { return }
        seen[sample - samples.lowerBound][name] = view.copy().floats
    }

    /// The values of each sample; `nil` where one is missing.
    var complete: [[String: [Float]]]? { seen.allSatisfy { $0.count == names.count } ? seen : nil }
}
