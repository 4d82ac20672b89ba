internal import GraphIR
internal import Quantization
internal import Reporting

/// Leaves operators in float until the limits of a conversion are kept.
///
/// Where few samples make many choices, some choice keeps a limit by chance. So logits and features must come closer to
/// float as well, by as many dB as the outputs fell short.
struct Releaser {
    /// Above the limit, so that the report, which counts in another order, does not fall short of it. In dB.
    private static let margin = 0.01

    /// Chooses the weights of a variant that has them rounded to nearest.
    typealias Refine = (OutputTrials.Variant) throws -> OutputTrials.Variant

    private let judge: ReleaseJudge
    private let limits: Limits
    /// Those of the inputs, by which work is counted.
    private let extents: [String: [Int]]
    /// The most noise that logits and features may have, in dB.
    private var mostInnerNoise = Double.infinity

    /// `model` is the folded float model; `reported` is how many of the first samples the report is made of. Throws the
    /// errors of sampling and running, and `ComparisonFault.noAccuracy`.
    init(
        _ model: Model, _ samples: LabelledSamples, extents: [String: [Int]], limits: Limits, reported: Int
    ) throws {
        self.limits = limits
        self.extents = extents
        judge = try ReleaseJudge(
            model, samples: samples, reported: reported, countsTop1: limits.mostTop1Drop != nil)
    }

    /// The variant to write and what it took: `start` itself where the limits are kept already or cannot be kept.
    ///
    /// `start` is what the accuracy steps have come to; operators that stay on integers keep the weights that the steps
    /// chose. `refine` lets the steps choose again with operators in float, where rounding made up for them before.
    /// Throws the errors of running.
    mutating func release(
        _ start: OutputTrials.Variant, _ options: QuantizationOptions,
        refine: Refine, progress: (Double) -> Void
    ) throws -> (variant: OutputTrials.Variant, report: ConversionReport.Release) {
        let before = try judge.measure(start)
        var report = ConversionReport.Release(
            before: before, after: before,
            shareBefore: try MultiplyAccumulates.count(OutputTrials.written(start).model, extents: extents))
        guard !keeps(before) else { return (start, report) }
        if let least = limits.leastSQNR, before.sqnr < least {
            mostInnerNoise = try judge.innerNoise(start) - (least - before.sqnr)
        }
        let work = try MultiplyAccumulates.work(start.model, extents: extents)
        let ranking = try Sensitivity.ranking(
            Release(start, options: options), work: work, noise: { ratio(-(try judge.innerNoise($0))) },
            progress: { progress(0.7 * $0) })
        let found = try choose(start, ranking, options, refine) { progress(0.7 + 0.3 * $0) }
        report.operators = ranking.map { entry in
            let node = start.model.graph.nodes[entry.node]
            return .init(
                name: node.name ?? "", operatorType: node.opType, work: entry.work,
                gain: decibels(entry.noiseReleased) - decibels(entry.noise), own: entry.noiseAlone.map(decibels),
                released: found?.released.contains(entry.node) ?? false)
        }
        guard let found else { return (start, report) }
        report.after = try judge.measure(found.variant)
        return (found.variant, report)
    }

    private typealias Choice = (released: Set<Int>, variant: OutputTrials.Variant)

    /// The operators to release and what comes of it; `nil` where the limits are missed with all of them in float.
    private func choose(
        _ start: OutputTrials.Variant, _ ranking: [Sensitivity], _ options: QuantizationOptions, _ refine: Refine,
        progress: (Double) -> Void
    ) throws -> Choice? {
        let release = Release(start, options: options)
        var search = MixedPrecision(release, ranking) { [self] in try keeps($0) }
        guard let released = try search.choose(progress: { progress(0.5 * $0) }),
            let variant = release.variant(without: released)
        else { return nil }
        let refined = try refine(variant.roundedToNearest)
        guard try keeps(refined) else { return (released, variant) }
        let again = Release(start.withWeights(of: refined), options: options)
        var second = MixedPrecision(again, ranking) { [self] in try keeps($0) }
        let fewer = try second.takeBack(released) { progress(0.5 + 0.5 * $0) }
        return again.variant(without: fewer).map { (fewer, $0) }
    }

    private func keeps(_ variant: OutputTrials.Variant) throws -> Bool {
        try judge.innerNoise(variant) <= mostInnerNoise && keeps(judge.measure(variant))
    }

    private func keeps(_ figures: ConversionReport.Release.Figures) -> Bool {
        if let least = limits.leastSQNR, !(figures.sqnr >= least + Self.margin) { return false }
        guard let most = limits.mostTop1Drop else { return true }
        return figures.top1Drop.map { $0 <= most } ?? false
    }
}
