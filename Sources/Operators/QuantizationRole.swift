/// What quantization does with an operator.
public enum QuantizationRole: Sendable, Hashable {
    /// Multiplies and accumulates: the data input on a grid, a constant weight on a per-channel grid, an int32 bias.
    case compute(ComputeRole)
    /// Every floating-point input and the output each on a grid of its own.
    case elementwise
    /// As `elementwise`, but inputs and output lie side by side, so one grid for all is often best (Concat).
    case joins
    /// The output takes values of data input 0 only and uses its grid unchanged.
    case sharesGrid
    /// Follows its producer: the grid is set after it, never between.
    case activation
    /// As `elementwise`, with an output range known beforehand.
    case fixedRange(ClosedRange<Float>)
    /// Stays float.
    case float
}

/// Where a `compute` operator has its operands.
public struct ComputeRole: Sendable, Hashable {
    public var data: Int
    public var weight: Int
    /// The axis of the weight that counts output channels; negative counts from the end.
    public var weightAxis: Int
    public var bias: Int?

    public init(data: Int = 0, weight: Int = 1, weightAxis: Int, bias: Int? = nil) {
        self.data = data
        self.weight = weight
        self.weightAxis = weightAxis
        self.bias = bias
    }
}
