internal import GraphIR
internal import Operators
internal import Passes

/// Variants of a quantized model in which some of its operators work more precisely than on 8 bits.
public struct Release {
    /// What operators are released to.
    public enum Precision {
        /// Activations of 16 bits, with the weights that a variant of the same model has.
        case wide(weights: OutputTrials.Variant)
        case float
    }

    /// What quantization came to, with none of its operators released.
    public let start: OutputTrials.Variant
    private let precision: Precision
    private let facts: [String: Facts]
    private let options: QuantizationOptions

    /// `options` are those with which `start` was planned; to release to 16 bits it must have grids for that. O(model).
    public init(_ start: OutputTrials.Variant, to precision: Precision, options: QuantizationOptions) {
        self.start = start
        self.precision = precision
        self.options = options
        facts = inferFacts(start.model)
    }

    /// The operators that compute, by position: what only moves values or clips them goes with its neighbours.
    public var candidates: Set<Int> { start.placement.computingNodes }

    /// The variant in which `released`, positions of nodes, work more precisely. The others keep their grids, their
    /// rounded weights and their biases; `nil` where a value would need a grid that was never chosen. O(model).
    public func variant(releasing released: Set<Int>) -> OutputTrials.Variant? {
        switch precision {
        case .wide(let other): wideVariant(released, weights: other.placement)
        case .float: floatVariant(released)
        }
    }

    private func wideVariant(_ released: Set<Int>, weights: Placement) -> OutputTrials.Variant {
        var result = start
        result.wide.nodes = released
        for position in released { result.placement.products[position] = weights.products[position] }
        return result
    }

    private func floatVariant(_ released: Set<Int>) -> OutputTrials.Variant? {
        var options = options
        options.released = released
        var result = start
        result.wide.nodes.subtract(released)
        result.placement = PlacementPlanner.plan(start.model, facts: facts, options: options)
        for position in result.placement.products.keys {
            result.placement.products[position] = start.placement.products[position]
        }
        for (name, value) in result.placement.values {
            let old = start.placement.values[name]
            result.placement.values[name]?.multipliers = old?.multipliers
            guard result.grids[value.group] == nil else { continue }
            guard let group = old?.group, let grid = start.grids[group] else { return nil }
            result.grids[value.group] = grid
            result.wide.grids[value.group] = start.wide.grids[group]
        }
        for position in released { result.undoMultiplication(before: position, start.placement) }
        return result.placement.constants.allSatisfy { result.grids[$0] != nil } ? result : nil
    }
}

extension OutputTrials.Variant {
    /// Gives the weight of a matrix product that reads a value past the multiplication before its grid the size it had.
    fileprivate mutating func undoMultiplication(before position: Int, _ placement: Placement) {
        guard let product = placement.products[position],
            let factors = placement.values[model.graph.nodes[position].inputs[product.role.data]]?.multipliers,
            let weight = model.graph.initializers[product.weight], weight.extents.count == 2,
            weight.extents[1 - product.weightAxis] == factors.count, var numbers = weight.floats
        else { return }
        let columns = weight.extents[1]
        for index in numbers.indices {
            numbers[index] *= factors[product.weightAxis == 1 ? index / columns : index % columns]
        }
        model.graph.initializers[product.weight] = Tensor(numbers, weight.extents)
    }
}
