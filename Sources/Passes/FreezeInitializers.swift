public import GraphIR

/// Makes constants of the initializers that old models also list as graph inputs.
///
/// - Before: an initializer whose name is also in the graph's inputs: a default that a caller may override.
/// - After: an initializer only, and an IR version of at least 4.
/// - Conditions: none. Before IR version 4 every initializer had to be listed so, and nobody overrides weights.
/// - Formula: none; no value changes.
/// - Source: ONNX IR specification, "Initializers", as changed by IR version 4.
public struct FreezeInitializers: Pass {
    public static let name = "freeze-initializers"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        model.irVersion = max(model.irVersion, 4)
        let defaults = model.graph.inputs.filter { model.graph.initializers[$0.name] != nil }.map(\.name)
        model.graph.inputs.removeAll { model.graph.initializers[$0.name] != nil }
        return defaults.map { "initializer '\($0)' is no longer an input" }
    }
}
