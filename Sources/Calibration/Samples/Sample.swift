public import GraphIR

/// What a model is fed in one run: one sample, or as many as its batch takes.
public struct Sample: Sendable {
    /// One tensor for each model input.
    public var values: [String: Tensor]
    /// The samples inside: the leading extent of every tensor, or 1 where the tensors have no sample axis.
    public var count: Int
    /// Whether the leading axis of the tensors counts samples.
    public var hasSampleAxis: Bool
    /// The class of each sample; empty where the samples come without labels.
    public var labels: [Int] = []

    public init(values: [String: Tensor], count: Int = 1, hasSampleAxis: Bool = true, labels: [Int] = []) {
        self.values = values
        self.count = count
        self.hasSampleAxis = hasSampleAxis
        self.labels = labels
    }

    /// The class of the only sample.
    public var label: Int? { labels.first }
}
