internal import GraphIR

extension Graph {
    /// The initializer called `name`, where it is a constant: an initializer that is also a graph input is only a
    /// default.
    func constant(_ name: String) -> Tensor? {
        guard let tensor = initializers[name], !inputs.contains(where: { $0.name == name }) else { return nil }
        return tensor
    }

    /// Lets every node, subgraphs included, read `new[name]` where it read `name`. O(nodes).
    mutating func renameReads(_ new: [String: String]) {
        guard !new.isEmpty else { return }
        for position in nodes.indices { nodes[position].renameReads(new) }
    }

    /// Removes the nodes at `positions`. O(nodes).
    mutating func removeNodes(at positions: Set<Int>) {
        guard !positions.isEmpty else { return }
        nodes = nodes.enumerated().filter { !positions.contains($0.offset) }.map(\.element)
    }

    /// Drops value infos of values that no longer exist. O(nodes).
    mutating func forgetStaleValueInfo() {
        var written = Set(sparseInitializerNames)
        for node in nodes { written.formUnion(node.outputs) }
        valueInfo.removeAll { !written.contains($0.name) && initializers[$0.name] == nil }
    }

    /// Names that subgraphs define for themselves. A value of this name cannot be handed to them under it. O(nodes).
    var namesInsideSubgraphs: Set<String> {
        var names: Set<String> = []
        for subgraph in nodes.flatMap(\.subgraphs) {
            names.formUnion(subgraph.inputs.map(\.name))
            names.formUnion(subgraph.initializers.keys)
            names.formUnion(subgraph.sparseInitializerNames)
            for node in subgraph.nodes { names.formUnion(node.outputs) }
            names.formUnion(subgraph.namesInsideSubgraphs)
        }
        return names
    }
}

extension Node {
    /// As `Graph.renameReads`, for one node.
    mutating func renameReads(_ new: [String: String]) {
        inputs = inputs.map { new[$0] ?? $0 }
        mapSubgraphs { subgraph in
            let own = Set(subgraph.inputs.map(\.name)).union(subgraph.initializers.keys)
                .union(subgraph.sparseInitializerNames).union(subgraph.nodes.flatMap(\.outputs))
            let visible = new.filter { !own.contains($0.key) }
            subgraph.renameReads(visible)
            for position in subgraph.outputs.indices {
                let name = subgraph.outputs[position].name
                subgraph.outputs[position].name = visible[name] ?? name
            }
        }
    }

    /// Rewrites every graph in the node's attributes.
    mutating func mapSubgraphs(_ rewrite: (inout Graph) throws -> Void) rethrows {
        for position in attributes.indices {
            switch attributes[position].value {
            case .graph(var graph):
                try rewrite(&graph)
                attributes[position].value = .graph(graph)
            case .graphs(var graphs):
                for index in graphs.indices { try rewrite(&graphs[index]) }
                attributes[position].value = .graphs(graphs)
            default: break
            }
        }
    }

    mutating func removeAttribute(_ name: String) { attributes.removeAll { $0.name == name } }

    /// The value at an input position; `nil` where the input is left out.
    func input(_ position: Int) -> String? {
        guard position < inputs.count, !inputs[position].isEmpty else { return nil }
        return inputs[position]
    }

    /// Sets an input, leaving out optional ones before it.
    mutating func setInput(_ position: Int, _ value: String) {
        while inputs.count <= position { inputs.append("") }
        inputs[position] = value
    }

    /// The outputs that are not left out.
    var writtenValues: [String] { outputs.filter { !$0.isEmpty } }

    /// What values made for this node are called after: its name, or its first output.
    var stem: String {
        if let name, !name.isEmpty { return name }
        return writtenValues.first ?? opType
    }
}
