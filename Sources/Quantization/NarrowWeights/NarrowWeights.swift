#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension OutputTrials {
    /// The signal-to-noise ratio in dB that 4-bit weights should leave.
    private static let wanted = 25.0
    private static let mostRounds = 6

    /// Gives weights 4 bits in all products but those that need 8, and chooses their integers on the samples where
    /// `methods` say so. Returns the positions of products that keep 8 bits.
    ///
    /// Products are ranked by the error that their 4-bit weights alone cause for each weight. The first of the ranking
    /// keep 8 bits: as few weights as leave a signal-to-noise ratio of 25 dB on the samples held back, once the methods
    /// have run on the choice. Throws the errors of running.
    public mutating func narrowWeights(
        _ methods: Set<AccuracyMethod>, progress: (Double) -> Void = { _ in }
    ) throws -> [Int] {
        let start = best.roundedToNearest
        let ranking = try narrowingCosts(start) { progress(0.5 * $0) }
        var found = (wide: ranking.count, trials: self), missed = -1
        var budget = pow(10, -Self.wanted / 10)
        try found.trials.restart(at: start)
        if !methods.isEmpty { try found.trials.reconstruct(methods) }
        for round in 0..<Self.mostRounds where found.wide - missed > 1 {
            let guess = Self.wide(ranking, budget)
            let wide = (missed + 1..<found.wide).contains(guess) ? guess : (missed + found.wide) / 2
            var trials = self
            try trials.restart(at: start.narrowed(ranking.dropFirst(wide).map(\.node)))
            if !methods.isEmpty { try trials.reconstruct(methods) }
            progress(0.5 + 0.5 * Double(round + 1) / Double(Self.mostRounds))
            if trials.ratio >= Self.wanted { found = (wide, trials) } else { missed = wide }
            budget *= pow(10, (trials.ratio - Self.wanted) / 10)
        }
        self = found.trials
        return ranking.prefix(found.wide).map(\.node)
    }

    private typealias Cost = (node: Int, noise: Double, weights: Int)

    /// What 4 bits in each product alone add to the noise, the most for each weight first.
    private func narrowingCosts(_ start: Variant, progress: (Double) -> Void) throws -> [Cost] {
        let positions = start.placement.products.filter { !$0.value.isWeightQuantized }.keys.sorted()
        let all = pow(10, try noise(of: start).whole / 10)
        var costs: [Cost] = []
        for (done, position) in positions.enumerated() {
            progress(Double(done) / Double(positions.count))
            guard let name = start.placement.products[position]?.weight,
                let weights = start.model.graph.initializers[name]?.elementCount
            else { continue }
            let narrowed = pow(10, try noise(of: start.narrowed([position])).whole / 10)
            costs.append((position, max(narrowed - all, 0), max(weights, 1)))
        }
        return costs.sorted { ($0.noise / Double($0.weights), $1.node) > ($1.noise / Double($1.weights), $0.node) }
    }

    /// How many of the ranking keep 8 bits so that the others together add no more than `budget`.
    private static func wide(_ ranking: [Cost], _ budget: Double) -> Int {
        var sum = 0.0
        for index in ranking.indices.reversed() {
            sum += ranking[index].noise
            if sum > budget { return index + 1 }
        }
        return 0
    }
}

extension OutputTrials.Variant {
    /// The same with weights of 4 bits, rounded to nearest, in the products at `positions`.
    func narrowed(_ positions: some Sequence<Int>) -> OutputTrials.Variant {
        var result = self
        for position in positions {
            guard let product = placement.products[position], !product.isWeightQuantized,
                let weight = model.graph.initializers[product.weight],
                let grid = WeightGrids.symmetric(weight, axis: product.weightGrid.axis, .int4)
            else { continue }
            result.placement.products[position]?.weightGrid = grid
        }
        return result
    }
}
