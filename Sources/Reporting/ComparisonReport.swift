/// The inner values of a quantized model beside the float model's, the worst first.
public struct ComparisonReport: Codable, Sendable, Equatable {
    /// One value that both models have.
    public struct Layer: Codable, Sendable, Equatable {
        public var value: String
        /// The node that makes the value in the float model: its position in the graph's order, and its operator.
        public var node: Int
        public var operatorType: String
        /// The extents at the first sample.
        public var shape: [Int]
        /// How close the values come over all samples: the error that has gathered up to here, in dB.
        public var sqnr: Double
        public var largestError: Double

        enum CodingKeys: String, CodingKey {
            case value, node, shape
            case operatorType = "operator"
            case sqnr = "sqnr_db"
            case largestError = "max_abs_err"
        }

        public init(
            value: String, node: Int, operatorType: String, shape: [Int], sqnr: Double, largestError: Double
        ) {
            self.value = value
            self.node = node
            self.operatorType = operatorType
            self.shape = shape
            self.sqnr = sqnr
            self.largestError = largestError
        }
    }

    /// Tells this report from others.
    public private(set) var command = "compare"
    /// The version of onnxq.
    public var version: String
    public var float: ModelFile
    public var quantized: ModelFile
    public var samples: Int
    /// The least SQNR first; values that are no numbers before all.
    public private(set) var layers: [Layer]
    /// Floating-point values of the float model that the quantized model has not under the same name.
    public var unmatched: Int

    public init(
        version: String, float: ModelFile, quantized: ModelFile, samples: Int, layers: [Layer], unmatched: Int
    ) {
        self.version = version
        self.float = float
        self.quantized = quantized
        self.samples = samples
        // Stable: layers of one SQNR stay in the graph's order.
        self.layers = layers.filter(\.sqnr.isNaN) + layers.filter { !$0.sqnr.isNaN }.sorted { $0.sqnr < $1.sqnr }
        self.unmatched = unmatched
    }
}
