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
        /// How close the layer alone comes, fed float values: its own error, in dB.
        public var ownSQNR: Double?
        /// Whether the quantized model has the value with channels divided by factors; it was multiplied back.
        public var hasDividedChannels: Bool
        /// What stands out, and so what may help.
        public var causes: [Cause]

        enum CodingKeys: String, CodingKey {
            case value, node, shape, causes
            case operatorType = "operator"
            case sqnr = "sqnr_db"
            case largestError = "max_abs_err"
            case ownSQNR = "own_sqnr_db"
            case hasDividedChannels = "divided_channels"
        }

        public init(
            value: String, node: Int, operatorType: String, shape: [Int], sqnr: Double, largestError: Double,
            ownSQNR: Double? = nil, hasDividedChannels: Bool = false, causes: [Cause] = []
        ) {
            self.value = value
            self.node = node
            self.operatorType = operatorType
            self.shape = shape
            self.sqnr = sqnr
            self.largestError = largestError
            self.ownSQNR = ownSQNR
            self.hasDividedChannels = hasDividedChannels
            self.causes = causes
        }
    }

    /// Tells this report from others.
    public private(set) var command = "compare"
    /// The version of onnxq.
    public var version: String
    public var float: ModelFile
    public var quantized: ModelFile
    public var samples: Int
    /// The order of the layers.
    public enum Order: String, Sendable, CaseIterable {
        /// The largest own error first; layers without one last.
        case own
        /// The largest error gathered up to the layer first.
        case gathered
        /// As in the graph.
        case graph
    }

    /// In the order asked for; values that are no numbers before all.
    public private(set) var layers: [Layer]
    /// Floating-point values of the float model that the quantized model has not under the same name.
    public var unmatched: Int
    /// Values that have another shape in the quantized model in some samples, and in how many; the figures leave these
    /// samples out. `nil` for none.
    public var otherShape: [String: Int]?

    enum CodingKeys: String, CodingKey {
        case command, version, float, quantized, samples, layers, unmatched
        case otherShape = "other_shape"
    }

    public init(
        version: String, float: ModelFile, quantized: ModelFile, samples: Int, layers: [Layer], unmatched: Int,
        otherShape: [String: Int]? = nil, order: Order = .gathered
    ) {
        self.version = version
        self.float = float
        self.quantized = quantized
        self.samples = samples
        func key(_ layer: Layer) -> Double {
            let value = order == .own ? layer.ownSQNR ?? .infinity : layer.sqnr
            return value.isNaN ? -.infinity : value
        }
        // Stable: layers of one SQNR stay in the graph's order.
        self.layers = order == .graph ? layers : layers.sorted { key($0) < key($1) }
        self.unmatched = unmatched
        self.otherShape = otherShape
    }
}
