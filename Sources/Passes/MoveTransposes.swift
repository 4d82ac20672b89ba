public import GraphIR
internal import Operators

/// Computes nodes in the order of axes that leaves the fewest Transposes.
///
/// - Before: `x -> Transpose -> Relu | Add | Concat | ReduceMean ... -> Transpose -> y`, as exporters write networks that
///   keep channels last around convolutions that have them first.
/// - After: the same nodes on the other side of the Transposes, which meet and cancel; constants, axes and amounts of
///   padding in that order.
/// - Conditions: the nodes between compute element by element or along axes that they name (`ReorderableNode`), ranks are
///   known, and there are fewer Transposes afterwards than before; or as many, and arithmetic with a constant comes to
///   stand behind a convolution.
/// - Formula: none.
/// - Source: such operators commute with a permutation of axes.
public struct MoveTransposes: Pass {
    public static let name = "move-transposes"
    public static let operators: [String]? = ["Transpose"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        var changes: [String] = []
        // Each sweep leaves one Transpose less, or a convolution less with one behind it.
        for _ in model.graph.nodes.indices {
            let found = Self.sweep(&model)
            guard !found.isEmpty else { break }
            changes += found
        }
        return changes
    }

    /// Reorders regions that do not share a Transpose. O(nodes).
    private static func sweep(_ model: inout Model) -> [String] {
        let graph = model.graph
        guard hasReorderableNeighbour(model) else { return [] }
        let facts = LazyFacts(model)
        var reorderable: [Int: ReorderableNode] = [:]
        for (position, node) in graph.nodes.enumerated() {
            guard let opset = model.opset(node.domain) else { continue }
            reorderable[position] = ReorderableNode(node, opset: opset, graph, facts)
        }
        var move = TransposeMove(graph)
        var changes: [String] = []
        for region in ReorderableRegion.find(reorderable, graph, move.index) {
            guard let order = move.bestOrder(region),
                let nodes = reorderedNodes(region, reorderable, by: order)
            else { continue }
            changes.append("around \(graph.nodes[region.nodes[0]].label) and \(region.nodes.count - 1) more")
            move.reorder(region, by: order, nodes)
        }
        model.graph = move.finished()
        return changes
    }

    /// Whether a Transpose stands beside a node that may change sides with it. Where none does no shapes are asked for.
    private static func hasReorderableNeighbour(_ model: Model) -> Bool {
        let nodes = model.graph.nodes, index = GraphIndex(model.graph)
        return nodes.contains { node in
            guard node.isStandard("Transpose"), let input = node.inputs.first, let output = node.outputs.first
            else { return false }
            let neighbours = (index.consumers[output] ?? []) + [index.producer[input]].compactMap(\.self)
            return neighbours.contains { position in
                let opset = model.opset(nodes[position].domain)
                return opset.flatMap { ReorderableNode.Kind(nodes[position], opset: $0) } != nil
            }
        }
    }

    private static func reorderedNodes(
        _ region: ReorderableRegion, _ reorderable: [Int: ReorderableNode], by order: Permutation
    ) -> [TransposeMove.Reordered]? {
        let nodes = region.nodes.compactMap { reorderable[$0]?.reordered(by: order) }
        return nodes.count == region.nodes.count ? nodes : nil
    }
}
