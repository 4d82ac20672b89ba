/// Where the time of a run goes.
public struct Profile: Codable, Sendable, Equatable {
    /// One step of the model's plan.
    public struct Step: Codable, Sendable, Equatable {
        /// What it computes: the node's name, or the first value it writes where it has none.
        public var name: String
        /// As executed; quantized parts have operators of their own.
        public var operatorType: String
        public var milliseconds: Double
        /// The step's part of the time of all steps, 0...1.
        public internal(set) var share = 0.0
        public var multiplyAccumulates: Int
        /// Whether they are done on integers.
        public var onIntegers: Bool

        enum CodingKeys: String, CodingKey {
            case name
            case operatorType = "operator"
            case milliseconds = "ms"
            case share
            case multiplyAccumulates = "multiply_accumulates"
            case onIntegers = "on_integers"
        }

        public init(
            name: String, operatorType: String, milliseconds: Double, multiplyAccumulates: Int, onIntegers: Bool
        ) {
            self.name = name
            self.operatorType = operatorType
            self.milliseconds = milliseconds
            self.multiplyAccumulates = multiplyAccumulates
            self.onIntegers = onIntegers
        }
    }

    /// All steps of one operator.
    public struct Operator: Codable, Sendable, Equatable {
        public var operatorType: String
        public var steps: Int
        public var milliseconds: Double
        public var share: Double
        public var multiplyAccumulates: Int
        public var onIntegers: Bool

        enum CodingKeys: String, CodingKey {
            case operatorType = "operator"
            case steps
            case milliseconds = "ms"
            case share
            case multiplyAccumulates = "multiply_accumulates"
            case onIntegers = "on_integers"
        }
    }

    /// Slowest first.
    public private(set) var operators: [Operator]
    /// Slowest first.
    public private(set) var steps: [Step]

    /// O(n log n).
    public init(_ steps: [Step]) {
        let total = steps.reduce(0) { $0 + $1.milliseconds }
        self.steps = steps.sorted { $0.milliseconds > $1.milliseconds }
        for index in self.steps.indices where total > 0 {
            self.steps[index].share = self.steps[index].milliseconds / total
        }
        operators = Dictionary(grouping: self.steps) { $0.operatorType }.map { type, steps in
            Operator(
                operatorType: type, steps: steps.count, milliseconds: steps.reduce(0) { $0 + $1.milliseconds },
                share: steps.reduce(0) { $0 + $1.share },
                multiplyAccumulates: steps.reduce(0) { $0 + $1.multiplyAccumulates },
                onIntegers: steps.contains(where: \.onIntegers))
        }
        operators.sort { ($0.milliseconds, $1.operatorType) > ($1.milliseconds, $0.operatorType) }
    }
}

/// The most 10^9 operations a second that the processor reaches, a multiply-accumulate counted as two.
public struct PeakOperations: Codable, Sendable, Equatable {
    public var float: Double
    public var integer: Double

    public init(float: Double, integer: Double) {
        self.float = float
        self.integer = integer
    }

    /// The least milliseconds in which the processor could do the work at these peaks; 16 bits count as float.
    func leastMilliseconds(_ work: MultiplyAccumulateShare) -> Double {
        let integer = 2e-6 * Double(work.narrow) / max(self.integer, 1e-9)
        return integer + 2e-6 * Double(work.wide + work.float) / max(float, 1e-9)
    }
}
