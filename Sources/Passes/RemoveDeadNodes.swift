public import GraphIR

/// Removes what no output of the model depends on.
///
/// - Before: nodes, initializers and value infos that nothing reads.
/// - After: without them.
/// - Conditions: no output of the node is read by another node, a subgraph, or is an output of the graph. Graph inputs
///   stay, and so does an initializer that is the default of one.
/// - Formula: none; no value changes.
/// - Source: mark and sweep from the graph's outputs.
public struct RemoveDeadNodes: Pass {
    public static let name = "remove-dead-nodes"

    public init() {}

    public func run(_ model: inout Model) -> [String] { sweep(&model.graph) }

    private func sweep(_ graph: inout Graph) -> [String] {
        var changes: [String] = []
        var live = Set(graph.outputs.map(\.name))
        var kept: [Node] = []
        for var node in graph.nodes.reversed() {
            guard node.outputs.contains(where: { live.contains($0) }) else {
                changes.append("\(node.label) is not used")
                continue
            }
            node.mapSubgraphs { changes += sweep(&$0) }
            live.formUnion(node.valuesRead)
            kept.append(node)
        }
        graph.nodes = kept.reversed()
        changes.reverse()
        live.formUnion(graph.inputs.map(\.name))
        for name in graph.initializers.keys where !live.contains(name) {
            changes.append("initializer '\(name)' is not used")
        }
        graph.initializers.removeAll { !live.contains($0.key) }
        graph.forgetStaleValueInfo()
        return changes
    }
}
