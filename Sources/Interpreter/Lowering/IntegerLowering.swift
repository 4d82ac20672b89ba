internal import GraphIR

/// Replaces quantize/dequantize islands by operators on integers, the way runtimes fuse them.
///
/// The operators are those of ONNX (QLinearConv, QLinearMatMul), of ONNX Runtime's `com.microsoft` domain, and of our own
/// domain `onnxq`, with the meaning that their files under `Operators/Ops` state.
enum IntegerLowering {
    /// One way to lower one kind of island: the nodes that compute the integers `island.output`, or the float output where
    /// the island has none. `nil` where the pattern does not fit.
    typealias Pattern = @Sendable (Island, inout LoweringContext) throws -> [Node]?

    private static let patterns: [String: Pattern] = [
        "Conv": lowerConv,
        "Gemm": lowerGemm,
        "MatMul": lowerMatMul,
        "Add": { island, context in lowerBinary(island, to: "QLinearAdd", &context) },
        "Mul": { island, context in lowerBinary(island, to: "QLinearMul", &context) },
        "AveragePool": { island, _ in lowerPool(island, to: "QLinearAveragePool") },
        "GlobalAveragePool": { island, _ in lowerPool(island, to: "QLinearGlobalAveragePool") },
        "Concat": lowerConcat,
        "Softmax": lowerSoftmax,
        "Split": lowerSplit,
        "Where": lowerWhere,
        "QuantizeLinear": { island, context in lowerTable(island, &context) },
    ]

    /// The model with every island lowered that a pattern fits. Values named in `keeping` stay computed. O(nodes).
    static func lower(_ model: Model, keeping: Set<String>) throws -> Model {
        var context = try LoweringContext(model, keeping: keeping)
        var replacements: [Int: [Node]] = [:]
        for position in context.graph.nodes.indices where !context.dropped.contains(position) {
            let node = context.graph.nodes[position]
            guard (node.domain ?? "").isStandardDomain, node.opType != "DequantizeLinear" else { continue }
            let island = Island(position, in: &context)
            let nodes = try patterns[node.opType]?(island, &context) ?? lowerMovement(island, &context)
            guard let nodes else { continue }
            replacements[position] = nodes
            context.dropped.formUnion(island.tail)
        }
        var result = model
        result.graph = context.graph
        result.graph.nodes = context.graph.nodes.enumerated().flatMap { position, node -> [Node] in
            if let nodes = replacements[position] { return nodes }
            return context.dropped.contains(position) ? [] : [node]
        }
        result.graph.dropUnusedNodes(keeping: keeping)
        result.setOpset(1, domain: "com.microsoft")
        result.setOpset(1, domain: "onnxq")
        return result
    }
}

extension Graph {
    /// Removes nodes none of whose outputs anything reads, from the end to the beginning. O(nodes).
    mutating func dropUnusedNodes(keeping: Set<String>) {
        var wanted = keeping.union(outputs.map(\.name))
        var kept: [Node] = []
        for node in nodes.reversed() where node.outputs.contains(where: wanted.contains) {
            wanted.formUnion(node.valuesRead)
            kept.append(node)
        }
        nodes = kept.reversed()
    }
}
