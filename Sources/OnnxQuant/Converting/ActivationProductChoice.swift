internal import GraphIR
internal import Operators
internal import Passes
internal import Quantization

/// Which products of two activations, those of attention, work on integers.
///
/// A runtime packs both operands of such a product in every run, so that integers save little there and cost accuracy. They
/// all stay float where that leaves enough multiply-accumulates in integers.
struct ActivationProductChoice {
    /// The share of multiply-accumulates that integers shall have.
    private static let leastShare = 0.95

    /// The placement, with those products on integers if they are needed.
    let placement: Placement
    /// Their multiply-accumulates by the name of the result, at the samples' extents.
    let costs: [String: Int]
    /// How many multiply-accumulates of theirs may be done in float.
    let budget: Int
    private let options: QuantizationOptions

    /// `placement` is that of the folded `model` with all of them on integers; `extents` are those of one sample. Throws
    /// `GraphFault`.
    init(_ model: Model, _ placement: Placement, extents: [String: [Int]], _ options: QuantizationOptions) throws {
        self.options = options
        func outputs(_ nodes: some Sequence<Int>) -> [String] { nodes.compactMap { model.graph.nodes[$0].outputs.first } }
        guard !placement.activationProducts.isEmpty else {
            (self.placement, costs, budget) = (placement, [:], 0)
            return
        }
        let counts = try MultiplyAccumulates.byOutput(model, extents: extents)
        func sum(_ counts: some Sequence<Int>) -> Double { counts.reduce(0) { $0 + Double($1) } }
        let total = sum(counts.values)
        let integer = sum(outputs(placement.quantizedNodes).compactMap { counts[$0] })
        let own = outputs(placement.activationProducts)
        costs = counts.filter { own.contains($0.key) }
        budget = Int(min(max(integer - Self.leastShare * total, 0), 0x1p60).rounded(.down))
        let areAllKnown = costs.count == own.count
        self.placement = areAllKnown && sum(costs.values) <= Double(budget)
            ? Self.plan(model, options, float: Set(own)) : placement
    }

    /// The placement of `model` with some of these products, named by their results, in float.
    func plan(_ model: Model, float: Set<String>) -> Placement { Self.plan(model, options, float: float) }

    /// The options that place those of `variant` and no others.
    func options(keeping variant: OutputTrials.Variant) -> QuantizationOptions {
        let nodes = variant.model.graph.nodes
        let placed = Set(variant.placement.activationProducts.compactMap { nodes[$0].outputs.first })
        var options = options
        options.placesActivationProduct = { placed.contains($0) }
        return options
    }

    private static func plan(_ model: Model, _ options: QuantizationOptions, float: Set<String>) -> Placement {
        var options = options
        options.placesActivationProduct = { !float.contains($0) }
        return PlacementPlanner.plan(model, facts: inferFacts(model), options: options)
    }
}
