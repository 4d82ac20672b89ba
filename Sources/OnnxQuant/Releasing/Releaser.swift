internal import GraphIR
internal import Quantization
internal import Reporting

/// Lets operators work on 16 bits, or in float, until the limits of a conversion are kept.
///
/// Where few samples make many choices, some choice keeps a limit by chance. So logits and features must come closer to
/// float as well, by as many dB as the outputs fell short.
struct Releaser {
    /// Above the limit, so that the report, which counts in another order, does not fall short of it. In dB.
    private static let margin = 0.01

    /// What the search for operators asks of the rest of a conversion.
    struct Steps {
        /// The grids of 16 bits for a variant; `nil` where the target has no such activations.
        var widen: ((OutputTrials.Variant) throws -> WideActivations)?
        /// Chooses the weights of a variant that has them rounded to nearest.
        var refine: (OutputTrials.Variant) throws -> OutputTrials.Variant
        var progress: (Double) -> Void
    }

    private let judge: ReleaseJudge
    private let limits: Limits
    /// Those of the inputs, by which work is counted.
    private let extents: [String: [Int]]
    private let options: QuantizationOptions
    private let steps: Steps
    /// The most noise that logits and features may have, in dB.
    private var mostInnerNoise = Double.infinity

    /// `judge` measures against the folded float model; `options` are those with which variants were planned.
    init(_ judge: ReleaseJudge, limits: Limits, extents: [String: [Int]], options: QuantizationOptions, steps: Steps) {
        self.judge = judge
        self.limits = limits
        self.extents = extents
        self.options = options
        self.steps = steps
    }

    /// The variant to write and what it took: `start` itself where the limits are kept already or cannot be kept.
    ///
    /// `start` is what the accuracy steps have come to; operators that stay on 8 bits keep the weights that the steps
    /// chose. With operators released the steps choose again, where rounding made up for those before. Where 16 bits
    /// everywhere are not enough, operators go to float. Throws the errors of running.
    mutating func release(
        _ start: OutputTrials.Variant
    ) throws -> (variant: OutputTrials.Variant, report: ConversionReport.Release) {
        let before = try judge.measure(start)
        var report = ConversionReport.Release(
            before: before, after: before,
            shareBefore: try MultiplyAccumulates.count(OutputTrials.written(start).model, extents: extents))
        guard !keeps(before) else { return (start, report) }
        if let least = limits.leastSQNR, before.sqnr < least, before.sqnr.isFinite {
            mostInnerNoise = try judge.innerNoise(start) - (least - before.sqnr)
        }
        let widest = try steps.widen.map { try steps.refine(Release.widest(start, grids: $0)) }
        let release = Release(start, widest: widest, to: widest == nil ? .float : .wide(), options: options)
        let work = try MultiplyAccumulates.work(start.model, extents: extents)
        let ranking = try rank(release, work) { steps.progress(0.6 * $0) }
        var found = try choose(release, ranking) { steps.progress(0.6 + 0.2 * $0) }
        if found == nil, widest != nil { found = try chooseFloat(release, ranking, work) }
        report.operators = ranking.flatMap { entry in
            entry.nodes.sorted().map { entry.report(start.model.graph.nodes[$0], work[$0], found?.precision(of: $0)) }
        }
        guard let found else { return (start, report) }
        report.after = try judge.measure(found)
        return (found, report)
    }

    private func rank(_ release: Release, _ work: [Int], progress: (Double) -> Void) throws -> [Sensitivity] {
        try Sensitivity.ranking(
            release, work: work, noise: { ratio(-(try judge.innerNoise($0))) }, progress: progress)
    }

    /// The variant with as few operators of the ranking released as it takes; `nil` where all of them are not enough.
    private func choose(
        _ release: Release, _ ranking: [Sensitivity], progress: (Double) -> Void
    ) throws -> OutputTrials.Variant? {
        try search(release, ranking, progress: progress).flatMap { $0.release.variant(releasing: $0.released) }
    }

    /// As few operators as it takes, and what they are released from: weights may have been chosen anew.
    private func search(
        _ release: Release, _ ranking: [Sensitivity], progress: (Double) -> Void
    ) throws -> (release: Release, released: Set<Int>)? {
        var search = MixedPrecision(release, ranking) { try keeps($0) }
        guard let released = try search.choose(progress: { progress(0.5 * $0) }),
            let variant = release.variant(releasing: released)
        else { return nil }
        let refined = try steps.refine(variant.roundedToNearest)
        guard try keeps(refined) else { return (release, released) }
        let again = release.withWeights(of: refined)
        var second = MixedPrecision(again, ranking) { try keeps($0) }
        return (again, try second.takeBack(released) { progress(0.5 + 0.5 * $0) })
    }

    /// The variant with operators in float where 16 bits everywhere are not enough, and with those of the others on 16
    /// bits that it still takes; `nil` where the limits are missed with all in float. `ranking` is that for 16 bits.
    private func chooseFloat(
        _ release: Release, _ ranking: [Sensitivity], _ work: [Int]
    ) throws -> OutputTrials.Variant? {
        let release = release.to(.float)
        let floatRanking = try rank(release, work) { steps.progress(0.8 + 0.1 * $0) }
        guard let found = try search(release, floatRanking, progress: { steps.progress(0.9 + 0.1 * $0) })
        else { return nil }
        let wide = found.release.to(.wide(float: found.released))
        var search = MixedPrecision(wide, ranking) { try keeps($0) }
        let others = Set(ranking.flatMap(\.nodes)).subtracting(found.released)
        return wide.variant(releasing: try search.takeBack(others))
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

extension Sensitivity {
    /// One of the operators as reports give it.
    fileprivate func report(
        _ node: Node, _ work: Int, _ releasedTo: ConversionReport.Release.Precision?
    ) -> ConversionReport.Release.Operator {
        .init(
            name: node.name ?? "", operatorType: node.opType, work: work,
            gain: decibels(noiseReleased) - decibels(noise), own: noiseAlone.map(decibels), releasedTo: releasedTo)
    }
}

extension OutputTrials.Variant {
    /// What the operator at `position` was released to.
    fileprivate func precision(of position: Int) -> ConversionReport.Release.Precision? {
        if placement.floatNodes[position] == .released { return .float }
        return wide.nodes.contains(position) ? .wide : nil
    }
}
