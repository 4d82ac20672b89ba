/// What `convert` did, and what came of it.
public struct ConversionReport: Codable, Sendable, Equatable {
    /// How many operators of one type work on integers, and how many stayed float.
    public struct OperatorCount: Codable, Sendable, Equatable {
        public var quantized: Int
        public var float: Int

        public init(quantized: Int = 0, float: Int = 0) {
            self.quantized = quantized
            self.float = float
        }
    }

    /// Operators that stayed float for one reason, counted by type.
    public struct FloatGroup: Codable, Sendable, Equatable {
        public var reason: String
        public var operators: [String: Int]

        public init(reason: String, operators: [String: Int]) {
            self.reason = reason
            self.operators = operators
        }
    }

    /// One stage of the work and the wall-clock time it took.
    public struct Stage: Codable, Sendable, Equatable {
        public var name: String
        public var seconds: Double

        public init(_ name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    /// A step toward the float model that was tried on samples.
    public struct AccuracyStep: Codable, Sendable, Equatable {
        public var name: String
        /// By how many dB the outputs came closer to float.
        public var gain: Double
        /// Whether the step was taken.
        public var kept: Bool

        enum CodingKeys: String, CodingKey {
            case name, kept
            case gain = "gain_db"
        }

        public init(_ name: String, gain: Double, kept: Bool) {
            self.name = name
            self.gain = gain
            self.kept = kept
        }
    }

    /// Tells this report from a check's.
    public private(set) var command = "convert"
    /// The version of onnxq.
    public var version: String
    public var input: ModelFile
    public var output: ModelFile
    /// How activation ranges were chosen.
    public var method: String
    /// Calibration samples used.
    public var samples: Int
    /// By operator type; the quantize and dequantize operators themselves are not counted.
    public var operators: [String: OperatorCount]
    public var floatReasons: [FloatGroup]
    public var multiplyAccumulates: MultiplyAccumulateShare
    /// The integer run against the float run, for each output of the model.
    public var fidelity: [OutputFidelity]
    public var tolerances: [Tolerance]
    public var accuracySteps: [AccuracyStep]
    /// What it took to keep the tolerances; `nil` where none was set.
    public var release: Release?
    public var stages: [Stage]
    /// Wall-clock time from start to end.
    public var seconds: Double
    /// What the user should know, one sentence each.
    public var notes: [String]

    enum CodingKeys: String, CodingKey {
        case command, version, input, output, method, samples, operators, fidelity, tolerances, release, stages, seconds
        case notes
        case floatReasons = "float_reasons"
        case multiplyAccumulates = "multiply_accumulates"
        case accuracySteps = "accuracy_steps"
    }

    public init(
        version: String, input: ModelFile, output: ModelFile, method: String, samples: Int,
        operators: [String: OperatorCount], floatReasons: [FloatGroup], multiplyAccumulates: MultiplyAccumulateShare,
        fidelity: [OutputFidelity], tolerances: [Tolerance] = [], accuracySteps: [AccuracyStep] = [],
        release: Release? = nil, stages: [Stage], seconds: Double, notes: [String] = []
    ) {
        self.version = version
        self.input = input
        self.output = output
        self.method = method
        self.samples = samples
        self.operators = operators
        self.floatReasons = floatReasons
        self.multiplyAccumulates = multiplyAccumulates
        self.fidelity = fidelity
        self.tolerances = tolerances
        self.accuracySteps = accuracySteps
        self.release = release
        self.stages = stages
        self.seconds = seconds
        self.notes = notes
    }

    /// Whether every tolerance was kept.
    public var passed: Bool { tolerances.allSatisfy(\.passed) }
}
