/// How much work goes into accuracy.
public enum Effort: String, Sendable, CaseIterable {
    /// Ranges and placement.
    case fast
    /// And the methods that pay most for their time.
    case balanced
    /// And those that take minutes.
    case best

    /// The methods of the effort.
    public var methods: Set<AccuracyMethod> {
        switch self {
        case .fast: [.rangeChoice]
        case .balanced: Self.best.methods.subtracting([.learnedScales])
        case .best: Set(AccuracyMethod.allCases)
        }
    }
}

/// A method that makes a quantized model come closer to its float original, beyond ranges and placement.
public enum AccuracyMethod: String, Sendable, CaseIterable {
    /// Products of two activations left in float where they cost most, as far as few multiply-accumulates are theirs.
    case productRelease = "product-release"
    /// The extremes seen as ranges, where samples left out tell that they serve the outputs better.
    case rangeChoice = "range-choice"
    /// Factors that make the channels of activations alike, folded into weights (SmoothQuant, cross-layer equalization).
    case channelScaling = "channel-scaling"
    /// Biases that make the mean output error of each product zero.
    case biasCorrection = "bias-correction"
    /// Weight scales with the least rounding error, outliers clipped.
    case weightClipping = "weight-clipping"
    /// Weights rounded so that later ones make up for earlier ones (GPTQ).
    case secondOrderRounding = "second-order-rounding"
    /// Activation scales and channel factors learned by gradient descent on the error of the outputs (LSQ, BRECQ).
    case learnedScales = "learned-scales"
}

extension Set<AccuracyMethod> {
    /// Those that make variants of a model, to be judged by `OutputTrials`.
    public var ofVariants: Self { subtracting([.rangeChoice]) }
}
