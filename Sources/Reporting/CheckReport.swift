/// How close a quantized model comes to its float original on samples.
public struct CheckReport: Codable, Sendable, Equatable {
    /// The quantized model executed in one way.
    public struct ModeResult: Codable, Sendable, Equatable {
        /// `literal` or `integer`.
        public var mode: String
        public var outputs: [OutputFidelity]
        /// Percent of the samples whose label the quantized model finds; `nil` without labels.
        public var top1Quantized: Double?
        /// Percent of the samples where it finds what the float model finds; `nil` without labels.
        public var agreement: Double?

        enum CodingKeys: String, CodingKey {
            case mode, outputs
            case top1Quantized = "top1_quant"
            case agreement = "agree"
        }

        public init(
            mode: String, outputs: [OutputFidelity], top1Quantized: Double? = nil, agreement: Double? = nil
        ) {
            self.mode = mode
            self.outputs = outputs
            self.top1Quantized = top1Quantized
            self.agreement = agreement
        }
    }

    /// Tells this report from a conversion's.
    public private(set) var command = "check"
    /// The version of onnxq.
    public var version: String
    public var float: ModelFile
    public var quantized: ModelFile
    public var samples: Int
    /// Percent of the samples whose label the float model finds; `nil` without labels.
    public var top1Float: Double?
    public var modes: [ModeResult]
    public var tolerances: [Tolerance]
    /// Whether every tolerance was kept.
    public private(set) var passed: Bool

    enum CodingKeys: String, CodingKey {
        case command, version, float, quantized, samples, modes, tolerances, passed
        case top1Float = "top1_float"
    }

    public init(
        version: String, float: ModelFile, quantized: ModelFile, samples: Int, top1Float: Double? = nil,
        modes: [ModeResult], tolerances: [Tolerance]
    ) {
        self.version = version
        self.float = float
        self.quantized = quantized
        self.samples = samples
        self.top1Float = top1Float
        self.modes = modes
        self.tolerances = tolerances
        passed = tolerances.allSatisfy(\.passed)
    }
}
