public import GraphIR
public import Kernels

/// The float model's values by which quantized ones are judged, kept while it runs over the samples.
public struct FloatValues {
    /// The values looked for.
    public let names: Set<String>
    private let count: Int
    /// Known once the first sample has told how many numbers it gives.
    private var judged: JudgedSamples?
    private var seen: [Int: [String: [Float]]] = [:]

    /// For those of `count` samples that `OutputTrials` judges by.
    public init(_ model: Model, samples count: Int) {
        names = JudgedValues.names(model.graph)
        self.count = count
    }

    /// Adds a value of one sample; samples come in their order, and others than those judged by are passed over. O(n).
    public mutating func add(_ name: String, _ view: TensorView, sample: Int) {
        guard names.contains(name), isWanted(sample) else { return }
        seen[sample, default: [:]][name] = view.copy().floats ?? []
    }

    /// Whether the values of a sample are to be added.
    mutating func isWanted(_ sample: Int) -> Bool {
        if sample > 0, judged == nil {
            judged = judgedByFirst
            if judged?.contains(0) == false { seen[0] = nil }
        }
        return judged?.contains(sample) ?? (sample == 0)
    }

    private var judgedByFirst: JudgedSamples {
        JudgedSamples(of: count, numbers: seen[0]?.values.map(\.count).min() ?? 0)
    }

    /// The values of each sample judged by, with its place; `nil` where one is missing.
    var complete: [(sample: Int, values: [String: [Float]])]? {
        let samples = (judged ?? judgedByFirst).samples
        guard samples.allSatisfy({ seen[$0]?.count == names.count }) else { return nil }
        return samples.map { ($0, seen[$0] ?? [:]) }
    }
}
