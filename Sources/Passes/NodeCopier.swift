internal import GraphIR

/// Copies nodes of a function or branch into a graph, every value they define under a name of its own.
struct NodeCopier {
    private var names: GraphNames

    init(_ names: GraphNames) { self.names = names }

    /// A name that no value of the graph has yet.
    mutating func fresh(_ wish: String) -> String { names.fresh(wish) }

    /// A copy of `node`. `scope` has the new names of values that were given or copied before, and gets those of the
    /// node's outputs; a value that it does not have keeps its name. New names begin with `prefix`. A reference to an
    /// attribute becomes that one of `attributes`, and is dropped where there is none.
    mutating func copy(
        _ node: Node, _ attributes: [String: Attribute], _ prefix: String, _ scope: inout [String: String]
    ) -> Node {
        var result = node
        result.name = names.fresh("\(prefix)/\(node.stem)")
        result.inputs = node.inputs.map { scope[$0] ?? $0 }
        result.attributes = node.attributes.compactMap { attribute in
            guard case .reference(let name) = attribute.value else { return attribute }
            guard var given = attributes[name] else { return nil }
            given.name = attribute.name
            return given
        }
        let outer = scope
        result.mapSubgraphs { $0 = copy($0, attributes, prefix, outer) }
        result.outputs = node.outputs.map { rename($0, prefix, &scope) }
        return result
    }

    private mutating func copy(
        _ graph: Graph, _ attributes: [String: Attribute], _ prefix: String, _ outer: [String: String]
    ) -> Graph {
        var scope = outer
        for name in graph.inputs.map(\.name) + graph.initializers.keys + graph.nodes.flatMap(\.outputs) {
            scope[name] = nil
        }
        var result = graph
        for position in graph.inputs.indices {
            result.inputs[position].name = rename(graph.inputs[position].name, prefix, &scope)
        }
        result.initializers = [:]
        for (name, tensor) in graph.initializers { result.initializers[rename(name, prefix, &scope)] = tensor }
        result.nodes = graph.nodes.map { copy($0, attributes, prefix, &scope) }
        result.outputs = graph.outputs.map { ValueInfo(scope[$0.name] ?? $0.name, $0.type) }
        result.valueInfo = []
        return result
    }

    /// The new name of a value that is defined here; it has one already where an outer name was given for it.
    mutating func rename(_ name: String, _ prefix: String, _ scope: inout [String: String]) -> String {
        if name.isEmpty { return "" }
        if let known = scope[name] { return known }
        let new = names.fresh("\(prefix)/\(name)")
        scope[name] = new
        return new
    }
}
