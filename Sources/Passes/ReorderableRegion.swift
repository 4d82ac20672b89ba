internal import GraphIR

/// Nodes that are all reorderable and read each other's values: in any order of axes that they agree on, they compute
/// the same.
struct ReorderableRegion {
    /// Ascending, by position in the graph.
    let nodes: [Int]
    let members: Set<Int>
    /// That of all operands and results.
    let rank: Int
    /// Operands that other nodes write, and results that other nodes or the graph's callers read.
    let entering: [String]
    let leaving: [String]
    /// All results.
    let written: [String]

    /// All regions of a graph, in the order of their first nodes. O(nodes).
    static func find(_ reorderable: [Int: ReorderableNode], _ graph: Graph, _ index: GraphIndex) -> [ReorderableRegion] {
        var seen: Set<Int> = []
        return reorderable.sorted { $0.key < $1.key }.compactMap { first, node in
            guard seen.insert(first).inserted else { return nil }
            var nodes = [first], open = [first], values: Set<String> = []
            while let position = open.popLast() {
                let node = graph.nodes[position], operands = reorderable[position]?.operands ?? []
                for value in operands.map({ node.inputs[$0] }) + node.writtenValues where values.insert(value).inserted {
                    let neighbours = (index.producer[value].map { [$0] } ?? []) + (index.consumers[value] ?? [])
                    for other in neighbours where touches(value, other, reorderable[other], graph) {
                        guard seen.insert(other).inserted else { continue }
                        nodes.append(other)
                        open.append(other)
                    }
                }
            }
            return ReorderableRegion(nodes.sorted(), node.rank, values, graph, index)
        }
    }

    /// Whether a node writes the value or has it as an operand.
    private static func touches(_ value: String, _ position: Int, _ node: ReorderableNode?, _ graph: Graph) -> Bool {
        guard let node else { return false }
        let inputs = graph.nodes[position].inputs
        return graph.nodes[position].outputs.contains(value) || node.operands.contains { inputs[$0] == value }
    }

    private init(_ nodes: [Int], _ rank: Int, _ values: Set<String>, _ graph: Graph, _ index: GraphIndex) {
        let members = Set(nodes)
        (self.nodes, self.members, self.rank) = (nodes, members, rank)
        written = nodes.flatMap { graph.nodes[$0].writtenValues }
        entering = values.subtracting(written).sorted()
        leaving = written.filter { value in
            index.outputs.contains(value) || index.consumers[value]?.contains { !members.contains($0) } ?? false
        }
    }
}
