#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import Calibration
internal import GraphIR
internal import Kernels

/// Learns the scales of activation grids, and what the channels of activations are divided by, from the error of the
/// network's outputs.
///
/// - Source: the slope of a grid's scale is that of LSQ (Esser et al., arXiv 1902.08153), section 2.1; the error is that
///   of blocks of the network, as in BRECQ (Li et al., arXiv 2102.05426), as long as gradients reach. Weights carry noise
///   in place of rounding as in DiffQ (Défossez et al., arXiv 2104.09987), and grids are shifted at random, so that what
///   falls is the error to be expected rather than that of one way to round.
/// - Formula: minimizes the sum over compared values of |y - y_float|² / |y_float|² by Adam, the rate falling as half a
///   cosine.
struct LearnedScales {
    /// Samples of one step, and steps.
    private static let samplesOfStep = 64
    private static let mostSteps = 250
    /// Fewer steps lead nowhere, and what fewer samples teach serves them alone.
    private static let leastSteps = 20
    private static let leastSamples = 32
    /// Multiply-accumulates that all steps together may take, there and back; each element of a value counts as some.
    private static let mostWork = 4_000_000_000_000
    private static let workOfElement = 40
    /// Bytes of the float values compared, and of the values of one run.
    private static let mostBytes = 1 << 28
    /// Of a grid's ends so much is left unused while learning: other samples reach further.
    private static let room: Float = 1.2

    private let scalable: [ScalableValue]
    private let products: [Int: NoisyProduct]
    private let graph: DifferentiableGraph
    private let samples: [Sample]
    private let references: [[Tensor]]
    private let targetWeights: [Float]
    private let steps: Int
    /// Runs of a step, each of as many samples as run together.
    private let runs: Int
    private(set) var parameters: ScaleParameters

    /// Prepares for a variant whose weights are not rounded yet; `nil` where there is nothing to learn, too few samples
    /// or too much work. Throws where an operator does not run alone.
    init?(_ variant: OutputTrials.Variant, samples: some Collection<Sample>) throws {
        let model = variant.model, placement = variant.placement
        guard let first = samples.first, samples.reduce(0, { $0 + $1.count }) >= Self.leastSamples else { return nil }
        let leastRuns = max(Self.leastSamples / max(first.count, 1), 1)
        let leastWork = try 3 * LearningWork(variant, sample: first).products * leastRuns * Self.leastSteps
        guard leastWork <= Self.mostWork else { return nil }
        scalable = ScalableValue.find(model, placement).filter { $0.addedNode == nil }
        products = Self.noisyProducts(variant)
        var parameters = ScaleParameters()
        let values = try Self.learnedValues(variant, scalable, samples, &parameters)
        graph = try DifferentiableGraph(
            variant, values: values, products: products, outputs: JudgedValues.names(model.graph), sample: first)
        let alike = samples.filter { $0.extents == first.extents }.prefix(graph.mostSamples(within: Self.mostBytes))
        runs = min(max(Self.samplesOfStep / max(first.count, 1), 1), alike.count)
        let work = (3 * graph.work.products + Self.workOfElement * graph.work.elements) * runs
        steps = min(Self.mostSteps, Self.mostWork / max(work, 1))
        guard !graph.targets.isEmpty, !parameters.values.isEmpty, steps >= Self.leastSteps,
            alike.count * first.count >= Self.leastSamples
        else { return nil }
        let graph = graph
        let references = try alike.map { try graph.reference($0) }
        targetWeights = graph.targets.indices.map { target in
            let energy = references.reduce(0) { $0 + $1[target].squareSum } / Double(references.count)
            return energy > 0 ? Float(1 / energy) : 0
        }
        self.samples = Array(alike)
        self.references = references
        self.parameters = parameters
    }

    private static func noisyProducts(_ variant: OutputTrials.Variant) -> [Int: NoisyProduct] {
        variant.placement.products.reduce(into: [:]) { result, entry in
            let (position, product) = entry
            guard !product.isWeightQuantized, product.role.data == 0, product.role.weight == 1,
                let reader = variant.reader(position), reader.isConvolution || reader.weight.extents.count == 2
            else { return }
            result[position] = NoisyProduct(
                reader, data: variant.model.graph.nodes[position].inputs[0],
                most: product.weightGrid.elementType.largestWeight)
        }
    }

    /// All values on grids; of those that a product comes before, the scales are learned.
    private static func learnedValues(
        _ variant: OutputTrials.Variant, _ scalable: [ScalableValue], _ samples: some Collection<Sample>,
        _ parameters: inout ScaleParameters
    ) throws -> [String: LearnedValue] {
        let computed = Self.computed(variant)
        let fixed = variant.placement.values.filter { $0.value.fixedRange != nil || !computed.contains($0.key) }
        let fixedGroups = Set(fixed.map(\.value.group))
        var axes: [String: Int] = [:]
        var channels = ChannelObserver(scalable, samples: samples.count)
        try channels.watch(variant.model, over: samples)
        for value in scalable {
            guard let high = channels.statistics[value.name]?.high, !high.isEmpty else { continue }
            axes[value.name] = value.axis
            parameters.addFactors(
                of: value.name, channels: high.count,
                most: value.ceiling.map { ceiling in high.map { ceiling / max(room * $0, ceiling * 0x1p-6) } })
        }
        return variant.placement.values.sorted { $0.key < $1.key }.reduce(into: [:]) { result, entry in
            let (name, placed) = entry
            guard let grid = variant.grids[placed.group], let range = grid.elementType.integerRange else { return }
            let isFixed = fixedGroups.contains(placed.group), room = isFixed ? 1 : room
            if !isFixed, parameters.scales[placed.group] == nil { parameters.addScale(of: placed.group) }
            result[name] = LearnedValue(
                name: name, group: placed.group, servesAllReaders: placed.servesAllReaders, axis: axes[name] ?? 1,
                step: grid.scales[0], low: Float(range.lowerBound - grid.zeroPoints[0]) / room,
                high: Float(range.upperBound - grid.zeroPoints[0]) / room, isDithered: !isFixed)
        }
    }

    /// The values that a product comes before; others are what the model is given, whose grids fit all that may come.
    private static func computed(_ variant: OutputTrials.Variant) -> Set<String> {
        variant.model.graph.nodes.enumerated().reduce(into: []) { result, entry in
            let (position, node) = entry
            if variant.placement.products[position] != nil || node.inputs.contains(where: result.contains) {
                result.formUnion(node.outputs)
            }
        }
    }

    // MARK: Learning

    /// Takes all steps. `progress` is told the share of them done. Throws what kernels throw.
    mutating func learn(progress: (Double) -> Void) throws {
        var adam = Adam(count: parameters.values.count), random = SplitMix64(seed: 1)
        for step in 0..<steps {
            let slopes = try slopes(&random).slopes
            let share = Double(step) / Double(steps), rate = 0.5 * (1 + cos(.pi * share))
            adam.step(&parameters.values, slopes: slopes, rates: parameters.rates.map { $0 * rate })
            parameters.clamp()
            progress(share)
        }
    }

    /// The error of some samples, and the slopes of its logarithm.
    func slopes(_ random: inout SplitMix64) throws -> (error: Double, slopes: [Double]) {
        var weights = DifferentiableGraph.Weights()
        for position in products.keys.sorted() {
            guard let product = products[position] else { continue }
            weights[position] = product.draw(parameters.multipliers(product.data), &random)
        }
        let chosen = samples.indices.shuffled(using: &random).prefix(runs).map { ($0, random.next()) }
        let parts = KernelThreads.map(chosen) { [weights] sample, seed in
            Swift.Result {
                try graph.slopes(
                    samples[sample], reference: references[sample], targetWeights: targetWeights, weights, parameters,
                    seed: seed)
            }
        }
        var error = 0.0, sum = [Double](repeating: 0, count: parameters.values.count)
        for part in parts {
            let part = try part.get()
            error += part.error
            for index in sum.indices { sum[index] += part.slopes[index] }
        }
        return (error / Double(parts.count), error > 0 ? sum.map { $0 / error } : sum)
    }

    /// `variant`, which this was made from, with what was learned.
    func applied(to variant: OutputTrials.Variant) -> OutputTrials.Variant {
        var result = variant
        for value in scalable {
            guard let multipliers = parameters.multipliers(value.name) else { continue }
            result.scale(value, by: multipliers.map { 1 / $0 })
        }
        for group in parameters.scales.keys { result.grids[group]?.scales[0] *= parameters.scale(group) }
        return result
    }
}

extension OutputTrials {
    /// Learns scales from the samples to fit to, chooses weights anew, and takes both where that brings the outputs
    /// closer to float. Nothing is tried where an operator does not run alone. Throws the errors of running.
    public mutating func learnScales(
        _ methods: Set<AccuracyMethod>, progress: (Double) -> Void = { _ in }
    ) throws {
        let start = best.roundedToNearest
        guard var learned = try? LearnedScales(start, samples: fitted) else { return }
        try learned.learn { progress(0.8 * $0) }
        var found = self
        try found.restart(at: learned.applied(to: start))
        try found.reconstruct(methods) { progress(0.8 + 0.2 * $0) }
        try consider(found.best, AccuracyMethod.learnedScales.rawValue)
    }
}

extension Sample {
    fileprivate var extents: [String: [Int]] { values.mapValues(\.extents) }
}
