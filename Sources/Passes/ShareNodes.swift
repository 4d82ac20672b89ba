public import GraphIR

/// Keeps one of several nodes that compute the same.
///
/// - Before: nodes `a` and `b` of one operator with the same inputs and attributes.
/// - After: `a`; what read the outputs of `b` reads those of `a`.
/// - Conditions: an operator of ONNX's own domain that gives the same result every time, without subgraphs or tensors
///   among its attributes. No output of `b` is an output of the graph. Where `b` has an output that `a` leaves out,
///   both stay.
/// - Formula: none; no value changes. One walk in order, so that chains of equal nodes fall together.
/// - Source: common subexpression elimination by value numbering.
public struct ShareNodes: Pass {
    public static let name = "share-nodes"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let outputs = Set(model.graph.outputs.map(\.name))
        let hidden = model.graph.namesInsideSubgraphs
        var first: [String: Int] = [:]
        var new: [String: String] = [:]
        var removed: Set<Int> = []
        var changes: [String] = []
        for position in model.graph.nodes.indices {
            model.graph.nodes[position].renameReads(new)
            let node = model.graph.nodes[position]
            guard let key = Self.key(node), hidden.isDisjoint(with: node.outputs) else { continue }
            guard let earlier = first[key] else {
                first[key] = position
                continue
            }
            let kept = model.graph.nodes[earlier]
            guard outputs.isDisjoint(with: node.outputs), kept.outputs.count >= node.outputs.count,
                zip(kept.outputs, node.outputs).allSatisfy({ $1.isEmpty || !$0.isEmpty })
            else { continue }
            for (old, name) in zip(node.outputs, kept.outputs) where !old.isEmpty { new[old] = name }
            removed.insert(position)
            changes.append("\(node.label) is the same as \(kept.label)")
        }
        model.graph.removeNodes(at: removed)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    /// Operator, attributes and inputs in one text; `nil` where the node must not be shared.
    private static func key(_ node: Node) -> String? {
        guard (node.domain ?? "").isStandardDomain, !isRandom(node) else { return nil }
        var parts = [node.opType] + node.inputs.map { "\($0.utf8.count):\($0)" }
        for attribute in node.attributes.sorted(by: { $0.name < $1.name }) {
            switch attribute.value {
            case .float(let value): parts.append("\(attribute.name)=f\(value.bitPattern)")
            case .floats(let values): parts.append("\(attribute.name)=f\(values.map(\.bitPattern))")
            case .int(let value): parts.append("\(attribute.name)=i\(value)")
            case .ints(let values): parts.append("\(attribute.name)=i\(values)")
            case .string(let bytes): parts.append("\(attribute.name)=s\(bytes)")
            case .strings(let values): parts.append("\(attribute.name)=s\(values)")
            case .tensor, .tensors, .graph, .graphs, .reference, .opaque: return nil
            }
        }
        return parts.joined(separator: "|")
    }
}

/// Whether two runs of the node may differ: it draws random numbers.
func isRandom(_ node: Node) -> Bool {
    let generators: Set = [
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli",
    ]
    return (node.domain ?? "").isStandardDomain
        && (generators.contains(node.opType) || node.opType == "Dropout" && node.input(2) != nil)
}
