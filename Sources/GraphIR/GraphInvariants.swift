/// What is wrong with the structure of a graph.
public enum GraphFault: Error, Sendable, Hashable {
    /// A value is written twice, or is also an input or initializer.
    case valueWrittenTwice(String)
    /// A node reads a value that nothing defines.
    case missingValue(String, reader: String)
    /// The nodes named here wait for each other.
    case cycle([String])
    /// A graph output that nothing defines.
    case missingOutput(String)
}

extension Graph {
    /// Throws the first `GraphFault` of this graph or a subgraph. `outer` names what surrounds it. O(nodes).
    public func checkInvariants(outer: Set<String> = []) throws {
        var defined = outer.union(inputs.map(\.name)).union(initializers.keys).union(sparseInitializerNames)
        for node in nodes {
            if let missing = node.inputs.first(where: { !$0.isEmpty && !defined.contains($0) }) {
                throw GraphFault.missingValue(missing, reader: node.label)
            }
            for subgraph in node.subgraphs { try subgraph.checkInvariants(outer: defined) }
            for output in node.outputs where !output.isEmpty {
                guard defined.insert(output).inserted else { throw GraphFault.valueWrittenTwice(output) }
            }
        }
        if let missing = outputs.first(where: { !defined.contains($0.name) }) {
            throw GraphFault.missingOutput(missing.name)
        }
    }

    /// The same graph with its nodes in an order in which every value is written before it is read; a graph in
    /// order already stays as it is. Throws `GraphFault.cycle` or `.missingValue`. O(nodes + edges).
    public func sorted() throws -> Graph {
        let producer = producers
        let isOrdered = nodes.enumerated().allSatisfy { position, node in
            node.valuesRead.allSatisfy { (producer[$0] ?? -1) < position }
        }
        if isOrdered { return self }
        var waiting = nodes.map { node in Set(node.valuesRead.compactMap { producer[$0] }).count }
        var readers: [[Int]] = Array(repeating: [], count: nodes.count)
        for (position, node) in nodes.enumerated() {
            for producer in Set(node.valuesRead.compactMap({ producer[$0] })) { readers[producer].append(position) }
        }
        var ready = nodes.indices.filter { waiting[$0] == 0 }.reversed().map { $0 }
        var order: [Int] = []
        order.reserveCapacity(nodes.count)
        while let next = ready.popLast() {
            order.append(next)
            for reader in readers[next].reversed() {
                waiting[reader] -= 1
                if waiting[reader] == 0 { ready.append(reader) }
            }
        }
        guard order.count == nodes.count else {
            throw GraphFault.cycle(nodes.indices.filter { waiting[$0] > 0 }.map { nodes[$0].label })
        }
        var result = self
        result.nodes = order.map { nodes[$0] }
        return result
    }
}

extension Node {
    /// How messages name the node: operator and name, or operator and first output.
    public var label: String {
        if let name, !name.isEmpty { return "\(opType) '\(name)'" }
        return "\(opType) -> '\(outputs.first { !$0.isEmpty } ?? "")'"
    }
}
