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

    /// Whether a product that may as well stay float works on integers, given the name of its result: one of two
    /// activations, as in attention, or a convolution that ends the model (`Placement.lastConvolutions`).
    public var worksOnIntegers: (_ output: String) -> Bool = { _ in true }

    public init(method: RangeMethod = .mse, target: Target = Target.all[0]) {
        self.method = method
        self.target = target
    }
}
