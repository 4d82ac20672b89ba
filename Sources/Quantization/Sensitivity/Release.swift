internal import GraphIR
internal import Operators
internal import Passes

/// Variants of a quantized model in which some of its operators stay float.
public struct Release {
    /// What quantization came to, with all its operators on integers.
    public let start: OutputTrials.Variant
    private let facts: [String: Facts]
    private let options: QuantizationOptions

    /// `options` are those with which `start` was planned. O(model).
    public init(_ start: OutputTrials.Variant, options: QuantizationOptions) {
        self.start = start
        self.options = options
        facts = inferFacts(start.model)
    }

    /// The operators that compute, by position: what only moves values or clips them goes with its neighbours.
    public var candidates: [Int] {
        let nodes = start.model.graph.nodes
        return start.placement.quantizedNodes.sorted().filter { position in
            let opset = start.model.opset(nodes[position].domain) ?? 1
            return switch try? OperatorTable.make(nodes[position], opset: opset).role {
            case .compute, .elementwise, .joins, .fixedRange: true
            default: false
            }
        }
    }

    /// The variant in which `released`, positions of nodes, compute in float. The others keep their grids, their rounded
    /// weights and their biases; `nil` where a value would need a grid that was never chosen. O(nodes).
    public func variant(without released: Set<Int>) -> OutputTrials.Variant? {
        var options = options
        options.released = released
        var placement = PlacementPlanner.plan(start.model, facts: facts, options: options)
        for position in placement.products.keys { placement.products[position] = start.placement.products[position] }
        var grids = start.grids
        for (name, value) in placement.values where grids[value.group] == nil {
            guard let group = start.placement.values[name]?.group, let grid = grids[group] else { return nil }
            grids[value.group] = grid
        }
        guard placement.constants.allSatisfy({ grids[$0] != nil }) else { return nil }
        return OutputTrials.Variant(model: start.model, placement: placement, grids: grids)
    }
}
