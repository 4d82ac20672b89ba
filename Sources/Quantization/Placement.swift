internal import GraphIR
public import Operators

/// What is quantized: which nodes work on integers, and which values get a QuantizeLinear/DequantizeLinear pair.
public struct Placement: Sendable {
    /// The quantized operands of one `compute` node.
    public struct Product: Sendable {
        public var role: ComputeRole
        /// The weight's name, its axis of output channels counted from the front.
        public var weight: String
        public var weightAxis: Int
        /// A float bias to be made int32; `nil` where there is none or it stays float.
        public var bias: String?
        /// The weight's grid: per channel along `weightAxis`, or as the model brings it.
        public var weightGrid: Grid
        /// Whether the weight comes as integers behind a DequantizeLinear node, which are kept.
        public var isWeightQuantized: Bool
        /// The weight and bias to write; `nil` for both rounded to nearest.
        public var rounded: RoundedWeight?

        /// How many numbers each sum runs over, with this weight.
        func terms(of weight: Tensor) -> Int { weight.elementCount / max(weight.extents[weightAxis], 1) }
    }

    /// How one value is quantized.
    public struct ValuePlacement: Sendable {
        /// Whether every reader sees the quantized value (its producer works on integers), or only quantized nodes do.
        public var servesAllReaders: Bool
        /// The value whose range decides the grid: values of one group share it.
        public var group: String
        /// The range, where the operator that makes the value fixes it.
        public var fixedRange: ClosedRange<Float>?
        /// Whether the grid is int8 with zero point 0, as weights have it: second operands of products only.
        public var isSymmetric = false
    }

    /// By position of the node.
    public internal(set) var products: [Int: Product] = [:]
    /// Products of two activations, by position.
    public internal(set) var activationProducts: Set<Int> = []
    /// Convolutions whose result is an output of the model and nothing else, by position. Only if that has a grid do
    /// runtimes run them on integers.
    public internal(set) var lastConvolutions: Set<Int> = []
    /// All nodes that work on integers, `products` included.
    public internal(set) var quantizedNodes: Set<Int> = []
    /// Those of them that compute; the others only move values or clip them, and go with their neighbours.
    public internal(set) var computingNodes: Set<Int> = []
    /// Activations by name.
    public internal(set) var values: [String: ValuePlacement] = [:]
    /// Constant operands of element-wise nodes by name.
    public internal(set) var constants: Set<String> = []
    /// Nodes that stay float, and why.
    public internal(set) var floatNodes: [Int: FloatReason] = [:]

    /// The values whose ranges must be known.
    public var observedValues: Set<String> {
        Set(values.values.filter { $0.fixedRange == nil }.map(\.group))
    }
}
