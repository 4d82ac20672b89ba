internal import Calibration
internal import GraphIR
internal import Kernels
internal import Quantization
internal import Reporting

/// The steps toward the float model that an effort takes, each kept where it helps on samples.
struct AccuracySteps {
    let methods: Set<AccuracyMethod>
    let weights: WeightWidth
    let progress: (Double) -> Void
    private(set) var report: [ConversionReport.AccuracyStep] = []
    private(set) var notes: [String] = []

    init(_ methods: Set<AccuracyMethod>, weights: WeightWidth, progress: @escaping (Double) -> Void) {
        (self.methods, self.weights, self.progress) = (methods, weights, progress)
    }

    /// Takes the steps. Where one cannot be tried, for want of an operator that runs alone, what was reached by then stays
    /// and a note says so.
    mutating func improve(
        _ best: inout OutputTrials.Variant, _ choice: ProductChoice, _ calibration: inout CalibrationRun,
        _ options: QuantizationOptions
    ) {
        guard !methods.isEmpty || weights != .int8, !best.placement.products.isEmpty else { return }
        do {
            guard !methods.ofVariants.isEmpty || weights != .int8 else {
                if let choice = try calibration.chooseRanges(best, options.target) {
                    best = choice.variant
                    report = [.init(AccuracyMethod.rangeChoice.rawValue, gain: choice.gain, kept: choice.gain > 0)]
                }
                return
            }
            calibration.source.rewind()
            var trials = try OutputTrials(best, source: calibration.source, known: calibration.floatValues)
            if methods.contains(.productRelease) {
                try trials.releaseActivationProducts(choice.costs, budget: choice.budget) {
                    choice.plan(best.model, float: $0)
                }
                best = trials.best
            }
            if methods.contains(.channelScaling) {
                try trials.equalizeChannels(options, calibration.takeChannels())
                best = trials.best
            }
            if let choice = try calibration.chooseRanges(best, options.target) {
                try trials.take(choice.variant, gain: choice.gain, AccuracyMethod.rangeChoice.rawValue)
                best = trials.best
            }
            ProcessMemory.giveBackFree()
            let learns = methods.contains(.learnedScales), share = learns ? 0.2 : 1
            if weights == .int4 {
                noteWideWeights(try trials.narrowWeights(methods) { progress(share * $0) }, trials.best)
            } else {
                try trials.reconstruct(methods, isLast: !learns) { progress(share * $0) }
            }
            best = trials.best
            if learns {
                try trials.learnScales(methods) { progress(share + (1 - share) * $0) }
            }
            best = trials.best
            report = trials.gains.map { .init($0.step, gain: $0.gain, kept: $0.gain > 0) }
        } catch {
            notes.append("steps toward accuracy ended early: \(describe(error).message)")
        }
    }

    /// Says which products keep weights of 8 bits.
    private mutating func noteWideWeights(_ positions: [Int], _ variant: OutputTrials.Variant) {
        func weights(_ positions: some Sequence<Int>) -> Int {
            positions.reduce(0) { sum, position in
                guard let name = variant.placement.products[position]?.weight else { return sum }
                return sum + (variant.model.graph.initializers[name]?.elementCount ?? 0)
            }
        }
        let all = weights(variant.placement.products.keys)
        guard !positions.isEmpty, all > 0 else { return }
        let percent = 100 * weights(positions) / all, mostNames = 6
        let names = positions.prefix(mostNames).map { variant.model.graph.nodes[$0].label }.joined(separator: ", ")
            + (positions.count > mostNames ? ", ..." : "")
        notes.append(
            "4 bits would cost too much in \(positions.count) of \(variant.placement.products.count) products, "
                + "\(percent) % of the weights; they keep 8: \(names)")
    }

    /// The variant with its weights chosen on the samples, where the effort has steps for that.
    func refine(_ variant: OutputTrials.Variant, _ source: SampleSource) throws -> OutputTrials.Variant {
        guard !methods.ofVariants.isEmpty, !variant.placement.products.isEmpty else { return variant }
        source.rewind()
        var trials = try OutputTrials(variant, source: source)
        try trials.reconstruct(methods, isLast: true)
        return trials.best
    }
}
