public import GraphIR

/// What a runtime wants of a quantized model.
public struct Target: Sendable, Hashable {
    public var name: String
    /// One line for people: its activations. Weights are int8, a scale for each output channel.
    public var summary: String
    /// The integer type of activations.
    public var activationType: ElementType
    /// Whether activations have zero point 0.
    public var symmetricActivations: Bool
    /// Whether what lies between two grids may run in float: a processor does so at no cost, an accelerator hands it to
    /// one.
    public var runsFloatBetweenGrids = true
    /// The integer type of activations that need more than 8 bits: uint16 with zero points, or int16 without; `nil`
    /// where the runtimes have none.
    public var wideActivationType: ElementType?

    /// Every preset, the default first.
    public static let all = [
        Target(
            name: "onnxruntime", summary: "uint8 activations with zero points",
            activationType: .uint8, symmetricActivations: false),
        Target(
            name: "int8", summary: "int8 activations with zero points, or int16 without (TFLite-like)",
            activationType: .int8, symmetricActivations: false, runsFloatBetweenGrids: false, wideActivationType: .int16),
        Target(
            name: "qnn", summary: "uint8 or uint16 activations with zero points (Qualcomm AI Engine Direct)",
            activationType: .uint8, symmetricActivations: false, runsFloatBetweenGrids: false, wideActivationType: .uint16),
        Target(
            name: "tensorrt", summary: "int8 activations without zero points",
            activationType: .int8, symmetricActivations: true),
    ]

    /// The preset called `name`.
    public static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}
