internal import GraphIR
internal import Operators
internal import Passes

/// Variants of a quantized model in which some of its operators are released from 8 bits.
public struct Release {
    /// What operators are released to.
    public enum Precision {
        /// Activations of 16 bits, while some operators are in float whatever is released.
        case wide(float: Set<Int> = [])
        /// Float, while all others have activations of 16 bits where the target has them.
        case float
    }

    private let start: OutputTrials.Variant
    private let widest: OutputTrials.Variant?
    private let precision: Precision
    private let facts: [String: Facts]
    private let options: QuantizationOptions

    /// `start` is what quantization came to, `widest` all operators on 16 bits with weights for that, `nil` where the
    /// target has no such activations, and `options` those with which `start` was planned. O(model).
    public init(
        _ start: OutputTrials.Variant, widest: OutputTrials.Variant?, to precision: Precision,
        options: QuantizationOptions
    ) {
        self.start = start
        self.widest = widest
        self.precision = precision
        self.options = options
        facts = inferFacts(start.model)
    }

    /// All operators on 16 bits, their weights rounded to nearest and no smaller or larger than in the float model.
    ///
    /// `grids` gives those of 16 bits for a variant. Throws what it throws.
    public static func widest(
        _ start: OutputTrials.Variant, grids: (OutputTrials.Variant) throws -> WideActivations
    ) rethrows -> OutputTrials.Variant {
        var result = start.roundedToNearest
        for scaling in start.undoableScalings { result.undo(scaling) }
        result.wide = try grids(result)
        result.wide.nodes = start.placement.computingNodes
        return result
    }

    /// The same with another precision.
    public func to(_ precision: Precision) -> Release {
        Release(start, widest: widest, to: precision, options: options)
    }

    /// The same where operators have the weights that were chosen for them in `other`.
    public func withWeights(of other: OutputTrials.Variant) -> Release {
        Release(
            start.withWeights(of: other), widest: widest?.withWeights(of: other), to: precision, options: options)
    }

    /// The operators that compute, by position, in groups that are released together: what only moves values or clips
    /// them goes with its neighbours. Where channels were scaled for 8 bits, all that read them go to 16 bits at once.
    public var units: [Set<Int>] {
        var single = start.placement.computingNodes
        guard case .wide = precision else { return single.sorted().map { [$0] } }
        let together = start.undoableScalings.map { Set($0.value.readers) }
        for unit in together { single.subtract(unit) }
        return (together + single.map { [$0] }).sorted { $0.min() ?? 0 < $1.min() ?? 0 }
    }

    /// Whether any of the operators multiplies and accumulates with a constant weight.
    func hasProduct(_ unit: Set<Int>) -> Bool { unit.contains { start.placement.products[$0] != nil } }

    /// The variant in which `released`, whole units, are released. The others keep their grids, their rounded weights
    /// and their biases; `nil` where a value would need a grid that was never chosen. O(model).
    public func variant(releasing released: Set<Int>) -> OutputTrials.Variant? {
        switch precision {
        case .wide(let float): variant(wide: released, float: float)
        case .float where widest == nil: variant(wide: [], float: released)
        case .float: variant(wide: start.placement.computingNodes.subtracting(released), float: released)
        }
    }

    private func variant(wide: Set<Int>, float: Set<Int>) -> OutputTrials.Variant? {
        var result = start
        if let widest, !wide.isEmpty {
            for scaling in start.undoableScalings where !wide.isDisjoint(with: scaling.value.readers) {
                result.undo(scaling)
            }
            for position in wide { result.placement.products[position] = widest.placement.products[position] }
            result.wide = widest.wide
            result.wide.nodes = wide
        }
        return float.isEmpty ? result : result.releasing(float, facts, options)
    }
}

extension OutputTrials.Variant {
    /// The variant with operators in float; `nil` where a value would need a grid that was never chosen.
    fileprivate func releasing(
        _ released: Set<Int>, _ facts: [String: Facts], _ options: QuantizationOptions
    ) -> OutputTrials.Variant? {
        var options = options
        options.released = released
        guard var result = placed(by: PlacementPlanner.plan(model, facts: facts, options: options)) else { return nil }
        for position in result.placement.products.keys {
            result.placement.products[position] = placement.products[position]
        }
        return result
    }
}
