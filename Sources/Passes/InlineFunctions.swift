public import GraphIR

/// Replaces calls of the model's own functions by their bodies.
///
/// - Before: a node whose operator is a function of the model, in the graph or in a subgraph.
/// - After: the nodes of the function; the function itself is gone.
/// - Conditions: no function calls itself. The function imports the same operator sets as the model; for ONNX's own
///   `ConvertOpset` sees to that. Functions that differ in nothing but their overload stay, and so do their calls.
/// - Formula: none. Inputs and outputs of the call take the place of those of the function; attributes of the call,
///   else the function's defaults, that of references to them; every other name is made unique.
/// - Source: ONNX IR specification, "Model Local Functions".
public struct InlineFunctions: Pass {
    public static let name = "inline-functions"

    public init() {}

    /// Throws `PassFault`; the model is unchanged then.
    public func run(_ model: inout Model) throws -> [String] {
        let groups = Dictionary(grouping: model.functions) { FunctionKey($0.domain, $0.name) }
        let functions = groups.compactMapValues { $0.count == 1 ? $0[0] : nil }
        guard !functions.isEmpty else { return [] }
        var inliner = FunctionInliner(functions, GraphNames(model.graph), model.opsetImports)
        model.graph.nodes = try inliner.expandAll(model.graph.nodes)
        model.opsetImports = inliner.imports
        model.functions.removeAll { functions[FunctionKey($0.domain, $0.name)] != nil }
        model.graph.forgetStaleValueInfo()
        return inliner.calls
    }
}
