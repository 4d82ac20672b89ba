public import Calibration
public import Quantization

/// What `convert` is asked to do.
public struct ConversionRequest {
    /// The float model and the quantized model to write.
    public var input: String
    public var output: String
    /// A file for the report, as JSON; `nil` for none.
    public var report: String?
    /// The path of the samples.
    public var samples: String
    /// The most samples to use; `nil` for all.
    public var sampleLimit: Int?
    /// How ranges are chosen; `nil` for the least squared error, and the extremes where samples tell that these serve better.
    public var method: RangeMethod?
    public var effort = Effort.balanced
    /// The methods to use in place of the effort's; `nil` for the effort's.
    public var methods: Set<AccuracyMethod>?
    public var weights = WeightWidth.int8
    public var target = Target.all[0]
    /// A regular expression for names and types of nodes that stay float; found anywhere in one of
    /// them.
    public var exclude: String?
    /// The least SQNR in dB of the integer run against float, and the most percentage points of top-1 accuracy that may
    /// be lost. Operators stay float until they are kept; where they cannot be kept, nothing is written.
    public var leastSQNR: Double?
    public var mostTop1Drop: Double?
    /// A `.npy` or `.npz` with labels; `nil` where the samples bring their own or have none.
    public var labels: String?

    public init(input: String, output: String, samples: String) {
        self.input = input
        self.output = output
        self.samples = samples
    }
}
