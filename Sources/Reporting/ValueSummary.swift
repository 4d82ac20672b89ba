public import GraphIR

/// The name, element type and shape of a model's input or output, as reports give them.
public struct ValueSummary: Codable, Sendable, Equatable {
    public var name: String
    /// ONNX's name of the element type; "unknown" where the model does not say it, "not a tensor" for other kinds.
    public var type: String
    /// One text for each dimension, outermost first: a number, a symbol, or "?"; `nil` where the rank is unknown.
    public var shape: [String]?

    public init(name: String, type: String, shape: [String]?) {
        self.name = name
        self.type = type
        self.shape = shape
    }

    public init(_ info: ValueInfo) {
        let type = if case .other? = info.type { "not a tensor" } else { info.elementType?.onnxName ?? "unknown" }
        self.init(name: info.name, type: type, shape: info.shape?.dimensions.map(\.description))
    }

    /// "float 1x3x32x32"; "float scalar" where there are no dimensions.
    var typeText: String {
        guard let shape else { return type }
        return "\(type) \(shape.isEmpty ? "scalar" : shape.joined(separator: "x"))"
    }
}
