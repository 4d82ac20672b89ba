public import GraphIR
internal import Operators

/// Removes nodes that hand their input on unchanged.
///
/// - Before: `x -> Identity -> y -> ...`; likewise Dropout in inference, Cast to the type at hand, Reshape, Flatten,
///   Expand or Slice to the shape at hand, Transpose in the order at hand, Pad by nothing, Mul or Div by ones, and
///   Concat, Sum, Mean, Max or Min of one.
/// - After: `x -> ...`
/// - Conditions: nothing reads a second output (the mask of a Dropout). Shapes count as equal as far as they are known,
///   equal symbols included. A node between a graph input or initializer and a graph output stays: both names do.
/// - Formula: `y = x`
/// - Source: the definitions of the operators.
public struct DropIdentities: Pass {
    public static let name = "drop-identities"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let facts = LazyFacts(model)
        let changes = dropInside(&model.graph, facts) + dropBeforeOutputs(&model.graph, facts)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    /// Removes identities whose output is no output of the graph: its readers read the input.
    private func dropInside(_ graph: inout Graph, _ facts: LazyFacts) -> [String] {
        let index = GraphIndex(graph)
        let hidden = graph.namesInsideSubgraphs
        var new: [String: String] = [:]
        var removed: Set<Int> = []
        for (position, node) in graph.nodes.enumerated() where isIdentity(node, facts, graph, index) {
            let (input, output) = (new[node.inputs[0]] ?? node.inputs[0], node.outputs[0])
            guard !index.outputs.contains(output), !hidden.contains(input) else { continue }
            new[output] = input
            removed.insert(position)
        }
        let changes = removed.sorted().map { graph.nodes[$0].label }
        graph.renameReads(new)
        graph.removeNodes(at: removed)
        return changes
    }

    /// Removes identities whose output is an output of the graph: the node before writes it under that name.
    private func dropBeforeOutputs(_ graph: inout Graph, _ facts: LazyFacts) -> [String] {
        var changes: [String] = []
        var index = GraphIndex(graph)
        for output in graph.outputs.map(\.name) {
            guard let position = index.producer[output], isIdentity(graph.nodes[position], facts, graph, index) else {
                continue
            }
            let input = graph.nodes[position].inputs[0]
            guard let producer = index.producer[input], !index.outputs.contains(input),
                graph.namesInsideSubgraphs.isDisjoint(with: [input, output])
            else { continue }
            changes.append(graph.nodes[position].label)
            graph.nodes[producer].outputs = graph.nodes[producer].outputs.map { $0 == input ? output : $0 }
            graph.renameReads([input: output])
            graph.removeNodes(at: [position])
            index = GraphIndex(graph)
        }
        return changes
    }

    private func isIdentity(_ node: Node, _ facts: LazyFacts, _ graph: Graph, _ index: GraphIndex) -> Bool {
        guard (node.domain ?? "").isStandardDomain, let input = node.input(0), let output = node.outputs.first,
            !output.isEmpty, node.writtenValues.dropFirst().allSatisfy(index.isUnused)
        else { return false }
        switch node.opType {
        case "Identity": return true
        case "Dropout": return node.input(2).map { graph.constant($0)?.integers == [0] } ?? true
        case "Mul", "Div":
            let ones = node.input(1).flatMap(graph.constant)?.floats
            return ones?.allSatisfy { $0 == 1 } == true && keepsShape(input, output, facts, unknownDimensions: 0)
        case "Concat", "Sum", "Mean", "Max", "Min": return node.inputs.count == 1
        case "Cast": return facts[input].map { Int($0.elementType.rawValue) == node.int("to") } ?? false
        case "Transpose": return node.ints("perm").map { $0 == Array($0.indices) } ?? false
        case "Pad": return node.input(1).flatMap(graph.constant)?.integers?.allSatisfy { $0 == 0 } ?? false
        case "Reshape", "Flatten": return keepsShape(input, output, facts, unknownDimensions: 1)
        case "Expand": return keepsShape(input, output, facts, unknownDimensions: 0)
        case "Slice":
            let steps = node.input(4).map { graph.constant($0)?.integers ?? [-1] } ?? []
            return steps.allSatisfy { $0 > 0 } && keepsShape(input, output, facts, unknownDimensions: 0)
        default: return false
        }
    }

    /// Whether the output has the shape of the input. Of two shapes with equally many elements, one dimension need not
    /// be known when all others agree and none of them is zero.
    private func keepsShape(
        _ input: String, _ output: String, _ facts: LazyFacts, unknownDimensions: Int
    ) -> Bool {
        guard let before = facts[input]?.shape, let after = facts[output]?.shape, before.rank == after.rank else {
            return false
        }
        let pairs = zip(before.dimensions, after.dimensions)
        let unknown = pairs.count { $0 != $1 || $0 == .unknown }
        return unknown == 0
            || unknown <= unknownDimensions
                && pairs.allSatisfy { $0 == $1 ? $0 != 0 : $0.value == nil || $1.value == nil }
    }
}
