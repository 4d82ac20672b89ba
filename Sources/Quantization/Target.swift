public import GraphIR

/// What a runtime wants of a quantized model.
public struct Target: Sendable, Hashable {
    public var name: String
    /// One line for people.
    public var summary: String
    /// The integer type of activations.
    public var activationType: ElementType
    /// Whether activations have zero point 0.
    public var symmetricActivations: Bool

    /// Every preset, the default first.
    public static let all = [
        Target(
            name: "onnxruntime", summary: "uint8 activations with zero points, int8 weights per channel",
            activationType: .uint8, symmetricActivations: false),
        Target(
            name: "int8", summary: "int8 activations with zero points, int8 weights per channel (TFLite-like runtimes)",
            activationType: .int8, symmetricActivations: false),
        Target(
            name: "tensorrt", summary: "int8 activations without zero points, int8 weights per channel",
            activationType: .int8, symmetricActivations: true),
    ]

    /// The preset called `name`.
    public static func named(_ name: String) -> Target? { all.first { $0.name == name } }
}
