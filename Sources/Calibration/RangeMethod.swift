/// How a tensor's range is chosen from what was seen of it.
public enum RangeMethod: String, Sendable, CaseIterable {
    /// The least and the greatest value seen.
    case minmax
    /// The range that leaves out a fixed share of the values.
    case percentile
    /// The range whose quantized histogram diverges least from the real one (Kullback-Leibler).
    case entropy
    /// The range with the least mean squared quantization error.
    case mse

    /// Whether the method looks at more than the extremes.
    public var needsHistogram: Bool { self != .minmax }
}
