internal import GraphIR
internal import Operators
internal import Passes
internal import Quantization

/// Which of the products that may as well stay float work on integers: as few as leave enough multiply-accumulates there.
///
/// On one grid the result of a convolution that ends the model errs most, boxes beside scores above all. Both operands of
/// a product of two activations are packed in every run, so that integers save little there and cost accuracy.
struct ProductChoice {
    /// The share of multiply-accumulates that integers shall have.
    private static let leastShare = 0.95

    /// The placement, with such products on integers where they are needed.
    let placement: Placement
    /// The multiply-accumulates of products of two activations by the name of the result, at the samples' extents.
    let costs: [String: Int]
    /// How many multiply-accumulates of theirs may be done in float.
    let budget: Int
    private let options: QuantizationOptions
    /// The results of convolutions that end the model in float.
    private let floatOutputs: Set<String>

    /// `placement` is that of the folded `model` with all of them on integers; `extents` are those of one sample. Throws
    /// `GraphFault`.
    init(_ model: Model, _ placement: Placement, extents: [String: [Int]], _ options: QuantizationOptions) throws {
        self.options = options
        guard !placement.activationProducts.isEmpty || !placement.lastConvolutions.isEmpty else {
            (self.placement, costs, budget, floatOutputs) = (placement, [:], 0, [])
            return
        }
        let counts = try MultiplyAccumulates.byOutput(model, extents: extents)
        func sum(_ counts: some Sequence<Int>) -> Double { counts.reduce(0) { $0 + Double($1) } }
        let integer = sum(model.outputs(of: placement.quantizedNodes).compactMap { counts[$0] })
        var left = Int(min(max(integer - Self.leastShare * sum(counts.values), 0), 0x1p60).rounded(.down))
        var float: Set<String> = []
        if options.target.runsFloatBetweenGrids {
            let last = model.outputs(of: placement.lastConvolutions).map { ($0, counts[$0] ?? .max) }
            for (output, count) in last.sorted(by: { ($0.1, $0.0) < ($1.1, $1.0) }) where count <= left {
                float.insert(output)
                left -= count
            }
        }
        floatOutputs = float
        let own = model.outputs(of: placement.activationProducts)
        costs = counts.filter { own.contains($0.key) }
        budget = left
        if costs.count == own.count, sum(costs.values) <= Double(budget) { float.formUnion(own) }
        self.placement = float.isEmpty ? placement : Self.plan(model, options, float: float)
    }

    /// The placement of `model` with some products of two activations, named by their results, in float.
    func plan(_ model: Model, float: Set<String>) -> Placement {
        Self.plan(model, options, float: float.union(floatOutputs))
    }

    /// The options that place those of `variant` and no others.
    func options(keeping variant: OutputTrials.Variant) -> QuantizationOptions {
        let placement = variant.placement
        let placed = Set(variant.model.outputs(of: placement.activationProducts.union(placement.lastConvolutions)))
            .subtracting(floatOutputs)
        var options = options
        options.worksOnIntegers = { placed.contains($0) }
        return options
    }

    private static func plan(_ model: Model, _ options: QuantizationOptions, float: Set<String>) -> Placement {
        var options = options
        options.worksOnIntegers = { !float.contains($0) }
        return PlacementPlanner.plan(model, facts: inferFacts(model), options: options)
    }
}

extension Model {
    fileprivate func outputs(of nodes: Set<Int>) -> [String] { nodes.compactMap { graph.nodes[$0].outputs.first } }
}
