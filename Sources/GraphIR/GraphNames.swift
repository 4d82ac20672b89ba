/// Makes value and node names that a graph does not use yet.
public struct GraphNames: Sendable {
    private var taken: Set<String>

    /// O(nodes), subgraphs included.
    public init(_ graph: Graph) {
        taken = []
        collect(graph)
    }

    private mutating func collect(_ graph: Graph) {
        taken.formUnion(graph.inputs.map(\.name))
        taken.formUnion(graph.initializers.keys)
        taken.formUnion(graph.sparseInitializerNames)
        for node in graph.nodes {
            taken.formUnion(node.outputs)
            if let name = node.name { taken.insert(name) }
            node.subgraphs.forEach { collect($0) }
        }
    }

    /// `wish` itself where it is free, else `wish` with the first free number behind it.
    public mutating func fresh(_ wish: String) -> String {
        var name = wish
        var suffix = 1
        while !taken.insert(name).inserted {
            name = "\(wish)_\(suffix)"
            suffix += 1
        }
        return name
    }
}
