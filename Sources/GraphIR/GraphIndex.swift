/// Who writes and who reads each value of a graph: made once in O(nodes), stale as soon as the graph changes.
public struct GraphIndex: Sendable {
    /// The node that writes a value, by position in `nodes`.
    public let producer: [String: Int]
    /// The nodes that read a value, ascending; a node that reads it twice is there twice. Reads by subgraphs count.
    public private(set) var consumers: [String: [Int]] = [:]
    /// The graph's outputs.
    public private(set) var outputs: Set<String>

    public init(_ graph: Graph) {
        outputs = Set(graph.outputs.map(\.name))
        producer = graph.producers
        consumers.reserveCapacity(graph.nodes.count + graph.initializers.count)
        for (position, node) in graph.nodes.enumerated() {
            for value in node.valuesRead { consumers[value, default: []].append(position) }
        }
    }

    /// The one node that reads `value`, where there is exactly one read and the value is no output of the graph.
    public func soleConsumer(of value: String) -> Int? {
        guard !outputs.contains(value), let readers = consumers[value], readers.count == 1 else { return nil }
        return readers[0]
    }

    /// The DequantizeLinear node of `graph`, the one this was made of, that writes `value`.
    public func dequantizer(of value: String, in graph: Graph) -> Node? {
        producer[value].map { graph.nodes[$0] }.flatMap { $0.isStandard("DequantizeLinear") ? $0 : nil }
    }

    /// Whether nothing reads the value.
    public func isUnused(_ value: String) -> Bool { !outputs.contains(value) && (consumers[value] ?? []).isEmpty }
}

extension Graph {
    /// The node that writes each value, by position in `nodes`. O(nodes).
    var producers: [String: Int] {
        var producers: [String: Int] = Dictionary(minimumCapacity: nodes.count)
        for (position, node) in nodes.enumerated() {
            for output in node.outputs where !output.isEmpty { producers[output] = position }
        }
        return producers
    }
}
