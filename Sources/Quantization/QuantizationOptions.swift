public import Calibration
public import GraphIR

/// What the user asks of a quantization.
public struct QuantizationOptions: Sendable {
    /// How activation ranges are chosen.
    public var method: RangeMethod
    /// The integer type of activations: uint8 or int8.
    public var activationType: ElementType = .uint8
    /// Whether a node, given its name and its operator type, must stay float.
    public var isExcluded: @Sendable (_ name: String, _ opType: String) -> Bool = { _, _ in false }

    public init(method: RangeMethod = .mse) { self.method = method }
}
