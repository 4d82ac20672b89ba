public import GraphIR

/// Keeps one of several identical initializers.
///
/// - Before: initializers `a` and `b` of one element type, shape and contents.
/// - After: `a`; what read `b` reads `a`.
/// - Conditions: neither is an input or output of the graph.
/// - Formula: none; no value changes. Contents are compared only where element type and shape agree already. O(bytes).
/// - Source: hash consing.
public struct ShareConstants: Pass {
    public static let name = "share-constants"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let untouchable = Set((model.graph.inputs + model.graph.outputs).map(\.name))
            .union(model.graph.namesInsideSubgraphs)
        var alike: [Kind: [String]] = [:]
        for (name, tensor) in model.graph.initializers where !untouchable.contains(name) {
            alike[Kind(elementType: tensor.elementType, extents: tensor.extents), default: []].append(name)
        }
        var new: [String: String] = [:]
        for names in alike.values where names.count > 1 {
            var first: [Contents: String] = [:]
            for name in names {
                guard let tensor = model.graph.initializers[name] else { continue }
                let kept = first[Contents(tensor: tensor), default: name]
                first[Contents(tensor: tensor)] = kept
                if kept != name { new[name] = kept }
            }
        }
        model.graph.renameReads(new)
        let changes = model.graph.initializers.keys.compactMap { name in
            new[name].map { "initializer '\(name)' is the same as '\($0)'" }
        }
        model.graph.initializers.removeAll { new[$0.key] != nil }
        model.graph.forgetStaleValueInfo()
        return changes
    }
}

private struct Kind: Hashable {
    let elementType: ElementType
    let extents: [Int]
}

/// A tensor compared by its bytes. Only the first few are hashed: reading all of a large mapped weight is worth it only
/// where another one begins alike.
private struct Contents: Hashable {
    let tensor: Tensor

    static func == (a: Contents, b: Contents) -> Bool {
        guard a.tensor.strings == b.tensor.strings, a.tensor.bytes.count == b.tensor.bytes.count else { return false }
        return a.tensor.bytes.withUnsafeBytes { first in
            b.tensor.bytes.withUnsafeBytes { second in first.elementsEqual(second) }
        }
    }

    func hash(into hasher: inout Hasher) {
        tensor.bytes.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(4096))) }
        hasher.combine(tensor.strings)
    }
}
