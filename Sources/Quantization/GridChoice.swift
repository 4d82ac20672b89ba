internal import GraphIR

/// Which grid a value has where it is made, and which where an operator reads it.
///
/// A value has the width of the operator that makes it. One that a float operator makes, or that comes from outside,
/// has 16 bits where any operator reads it so. Where a reader's width is another, the value goes on to its grid.
struct GridChoice {
    private let grids: [String: Grid]
    private let wide: WideActivations
    private let placement: Placement
    private let graph: Graph
    /// Groups of values that are made with 16 bits.
    private var wideGroups: Set<String> = []

    /// O(nodes).
    init(_ variant: OutputTrials.Variant) {
        (grids, wide) = (variant.grids, variant.wide)
        (placement, graph) = (variant.placement, variant.model.graph)
        guard !wide.nodes.isEmpty else { return }
        let index = GraphIndex(graph)
        var readWide: Set<String> = []
        for position in wide.nodes.intersection(placement.computingNodes) {
            readWide.formUnion(graph.nodes[position].inputs.compactMap { placement.values[$0]?.group })
        }
        let roots = placement.values.filter { $0.key == $0.value.group }.keys
        let sorted = roots.sorted { (index.producer[$0] ?? -1, $0) < (index.producer[$1] ?? -1, $1) }
        for root in sorted where isMadeWide(root, index, readWide) { wideGroups.insert(root) }
    }

    /// Whether a group's first value is made with 16 bits, those before it decided.
    private func isMadeWide(_ root: String, _ index: GraphIndex, _ readWide: Set<String>) -> Bool {
        guard let maker = index.producer[root], placement.quantizedNodes.contains(maker) else {
            return readWide.contains(root)
        }
        if placement.computingNodes.contains(maker) { return wide.nodes.contains(maker) }
        let input = graph.nodes[maker].inputs[0]
        if let group = placement.values[input]?.group { return wideGroups.contains(group) }
        return index.producer[input].map { wide.nodes.contains($0) } ?? false
    }

    /// The grid that a placed value is made on; `nil` for other values.
    func made(_ value: String) -> Grid? {
        guard let group = placement.values[value]?.group else { return nil }
        return wideGroups.contains(group) ? wide.grids[group] : grids[group]
    }

    /// The grid on which the node at `position`, one of those that are quantized, reads a value or a constant; `nil`
    /// for what is on none.
    func read(_ name: String, by position: Int) -> Grid? {
        guard placement.computingNodes.contains(position) else { return made(name) }
        let grids = wide.nodes.contains(position) ? wide.grids : grids
        if placement.constants.contains(name) { return grids[name] }
        return placement.values[name].flatMap { grids[$0.group] }
    }
}
