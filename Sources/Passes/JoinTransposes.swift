public import GraphIR

/// Makes one Transpose of two in a row.
///
/// - Before: `x -> Transpose(first) -> Transpose(second) -> y`
/// - After: `x -> Transpose(perm) -> y`; the first one stays while others read it. Where `perm` is the identity,
///   `DropIdentities` removes the rest.
/// - Conditions: both say their permutation, and it is one.
/// - Formula: `perm[i] = first[second[i]]`
/// - Source: composition of permutations.
public struct JoinTransposes: Pass {
    public static let name = "join-transposes"
    public static let operators: [String]? = ["Transpose"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let index = GraphIndex(model.graph)
        var changes: [String] = []
        for position in model.graph.nodes.indices {
            let node = model.graph.nodes[position]
            guard let second = Permutation(node), let value = node.input(0), let producer = index.producer[value],
                let first = Permutation(model.graph.nodes[producer]), first.axes.count == second.axes.count,
                let source = model.graph.nodes[producer].input(0)
            else { continue }
            let joined = first.then(second)
            guard index.soleConsumer(of: value) != nil || joined.isIdentity else { continue }
            model.graph.nodes[position].inputs[0] = source
            model.graph.nodes[position].set(Attribute("perm", joined.axes))
            changes.append("\(model.graph.nodes[producer].label) into \(node.label)")
        }
        return changes
    }
}
