public import GraphIR

/// Chooses the grids of activations from what calibration saw.
public enum ActivationGrids {
    /// How much wider a shared range may be than one of its parts before that part keeps a grid of its own.
    private static let widestUnion: Float = 1.5

    /// One grid for each group of `placement.values` and for each of `placement.constants`, by name.
    ///
    /// `ranges` has a finite range for each of `placement.observedValues`; `constants` gives the constant operands. Values
    /// that lie side by side in a Concat share one grid where their ranges are alike.
    public static func choose(
        _ placement: Placement, graph: Graph, ranges: [String: ClosedRange<Float>], target: Target
    ) -> [String: Grid] {
        var ranges = ranges
        for value in placement.values.values { if let fixed = value.fixedRange { ranges[value.group] = fixed } }
        for position in placement.quantizedNodes.sorted() where graph.nodes[position].isStandard("Concat") {
            shareRange(of: graph.nodes[position], placement, &ranges)
        }
        let symmetric = Set(placement.values.values.filter(\.isSymmetric).map(\.group))
        var grids = [String: Grid]()
        for group in Set(placement.values.values.map(\.group)) {
            guard let range = ranges[group] else { continue }
            grids[group] = symmetric.contains(group)
                ? Grid.symmetric(range, .int8) : Grid.activation(range, for: target)
        }
        for (name, range) in constantRanges(placement, graph) { grids[name] = Grid.activation(range, for: target) }
        return grids
    }

    /// The extremes of each of `placement.constants`.
    static func constantRanges(_ placement: Placement, _ graph: Graph) -> [String: ClosedRange<Float>] {
        var ranges: [String: ClosedRange<Float>] = [:]
        for name in placement.constants {
            guard let values = graph.initializers[name]?.floats, let low = values.min(), let high = values.max()
            else { continue }
            ranges[name] = low...high
        }
        return ranges
    }

    private static func shareRange(of concat: Node, _ placement: Placement, _ ranges: inout [String: ClosedRange<Float>]) {
        let groups = Set((concat.inputs + concat.outputs).compactMap { placement.values[$0]?.group })
        let parts = groups.compactMap { ranges[$0] }
        guard let low = parts.map(\.lowerBound).min(), let high = parts.map(\.upperBound).max() else { return }
        let union = low...high
        guard parts.allSatisfy({ union.width <= widestUnion * $0.width }) else { return }
        for group in groups { ranges[group] = union }
    }
}

extension ClosedRange<Float> {
    fileprivate var width: Float { Swift.max(upperBound, 0) - Swift.min(lowerBound, 0) }
}
