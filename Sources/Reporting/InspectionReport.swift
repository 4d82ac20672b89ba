/// What a model's file holds.
public struct InspectionReport: Codable, Sendable, Equatable {
    /// How the model is quantized.
    public struct Quantization: Codable, Sendable, Equatable {
        public var quantizeNodes: Int
        public var dequantizeNodes: Int
        /// Dequantized constants (weights and biases) by their integer type.
        public var constants: [String: Int]
        /// Those of them that have a scale for each channel.
        public var perChannelConstants: Int
        /// Quantized activations by their integer type.
        public var activations: [String: Int]
        /// Operators that take integers themselves (QLinearConv, MatMulInteger), by type.
        public var integerOperators: [String: Int]

        enum CodingKeys: String, CodingKey {
            case constants, activations
            case quantizeNodes = "quantize_nodes"
            case dequantizeNodes = "dequantize_nodes"
            case perChannelConstants = "per_channel_constants"
            case integerOperators = "integer_operators"
        }

        public init(
            quantizeNodes: Int = 0, dequantizeNodes: Int = 0, constants: [String: Int] = [:],
            perChannelConstants: Int = 0, activations: [String: Int] = [:], integerOperators: [String: Int] = [:]
        ) {
            self.integerOperators = integerOperators
            self.quantizeNodes = quantizeNodes
            self.dequantizeNodes = dequantizeNodes
            self.constants = constants
            self.perChannelConstants = perChannelConstants
            self.activations = activations
        }
    }

    /// What the checker of the ONNX project says of the model.
    public struct Validity: Codable, Sendable, Equatable {
        public enum Verdict: String, Codable, Sendable {
            case valid
            case invalid
            /// The model is written for a newer operator set than the checker knows.
            case unchecked
        }

        public var verdict: Verdict
        /// Why, where the verdict is not `valid`.
        public var message: String?

        public init(_ verdict: Verdict, message: String? = nil) {
            self.verdict = verdict
            self.message = message
        }
    }

    /// Tells this report from others.
    public private(set) var command = "inspect"
    /// The version of onnxq.
    public var version: String
    public var model: ModelFile
    public var irVersion: Int
    /// The program that made the model, where it says so.
    public var producer: String?
    /// The imported version of every operator domain; ONNX's own is called `ai.onnx`.
    public var opsets: [String: Int]
    public var inputs: [ValueSummary]
    public var outputs: [ValueSummary]
    /// Nodes by operator type, subgraphs included.
    public var operators: [String: Int]
    /// Operator types that onnxq cannot run, each with the reason.
    public var unsupported: [String: String]
    /// Elements of all constant tensors together, and the bytes they take.
    public var parameters: Int
    public var parameterBytes: Int
    public var multiplyAccumulates: MultiplyAccumulateShare
    /// `nil` where nothing in the model is quantized.
    public var quantization: Quantization?
    public var validity: Validity

    enum CodingKeys: String, CodingKey {
        case command, version, model, producer, opsets, inputs, outputs, operators, unsupported, parameters
        case quantization, validity
        case irVersion = "ir_version"
        case parameterBytes = "parameter_bytes"
        case multiplyAccumulates = "multiply_accumulates"
    }

    public init(
        version: String, model: ModelFile, irVersion: Int, producer: String?, opsets: [String: Int],
        inputs: [ValueSummary], outputs: [ValueSummary], operators: [String: Int], unsupported: [String: String],
        parameters: Int, parameterBytes: Int, multiplyAccumulates: MultiplyAccumulateShare,
        quantization: Quantization?, validity: Validity
    ) {
        self.version = version
        self.model = model
        self.irVersion = irVersion
        self.producer = producer
        self.opsets = opsets
        self.inputs = inputs
        self.outputs = outputs
        self.operators = operators
        self.unsupported = unsupported
        self.parameters = parameters
        self.parameterBytes = parameterBytes
        self.multiplyAccumulates = multiplyAccumulates
        self.quantization = quantization
        self.validity = validity
    }
}
