public import Calibration

/// What the user asks of a quantization.
public struct QuantizationOptions {
    /// How activation ranges are chosen.
    public var method: RangeMethod
    public var target: Target
    /// Whether a node, given its name and its operator type, must stay float.
    public var isExcluded: (_ name: String, _ opType: String) -> Bool = { _, _ in false }
    /// Positions of nodes that stay float for the outputs' sake.
    public var released: Set<Int> = []

    /// Whether a product of two activations, one of attention, may work on integers, given the name of its result.
    public var placesActivationProduct: (_ output: String) -> Bool = { _ in true }

    public init(method: RangeMethod = .mse, target: Target = Target.all[0]) {
        self.method = method
        self.target = target
    }
}
