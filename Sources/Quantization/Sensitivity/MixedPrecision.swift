/// Finds the operators whose release, to 16 bits or to float, keeps a tolerance for the least work released.
///
/// - Source: ranking by the error that one operator's quantization causes, as in the sensitivity analysis of Wu et al.
///   (arXiv 2004.09602), section 6.2; here by error for each unit of work, with operators taken back in the end.
public struct MixedPrecision {
    private let release: Release
    private let ranking: [Sensitivity]
    private let keepsTolerance: (OutputTrials.Variant) throws -> Bool
    private var known: [Set<Int>: Bool] = [:]

    /// `ranking` has every unit that may be released, the one whose release is worth most for its work first.
    /// `keepsTolerance` says whether a variant comes close enough to float.
    public init(
        _ release: Release, _ ranking: [Sensitivity], keepsTolerance: @escaping (OutputTrials.Variant) throws -> Bool
    ) {
        self.release = release
        self.ranking = ranking
        self.keepsTolerance = keepsTolerance
    }

    /// The operators to release; `nil` where all of them are not enough. Some 2 log2 of their number are tried in all,
    /// and one for each unit released. Throws the errors of running.
    public mutating func choose(progress: (Double) -> Void = { _ in }) throws -> Set<Int>? {
        guard let count = try leastPrefix() else { return nil }
        return try takeBack(prefix(count), progress: progress)
    }

    /// Operators of `released` that it takes, tried largest first whether the others do. Throws the errors of running.
    public mutating func takeBack(_ released: Set<Int>, progress: (Double) -> Void = { _ in }) throws -> Set<Int> {
        var released = released
        let sorted = ranking.filter { !released.isDisjoint(with: $0.nodes) }
            .sorted { ($0.work, $0.first) > ($1.work, $1.first) }
        for (done, sensitivity) in sorted.enumerated() {
            progress(Double(done) / Double(sorted.count))
            let fewer = released.subtracting(sensitivity.nodes)
            if try keeps(fewer) { released = fewer }
        }
        return released
    }

    /// How many of the ranking's first operators it takes: doubled until they suffice, then halved between.
    private mutating func leastPrefix() throws -> Int? {
        if try keeps([]) { return 0 }
        var missed = 0, kept = 1
        while try !keeps(prefix(kept)) {
            guard kept < ranking.count else { return nil }
            (missed, kept) = (kept, min(2 * kept, ranking.count))
        }
        while kept - missed > 1 {
            let middle = (missed + kept) / 2
            if try keeps(prefix(middle)) { kept = middle } else { missed = middle }
        }
        return kept
    }

    private func prefix(_ count: Int) -> Set<Int> { Set(ranking.prefix(count).flatMap(\.nodes)) }

    private mutating func keeps(_ released: Set<Int>) throws -> Bool {
        if let result = known[released] { return result }
        let result = try release.variant(releasing: released).map(keepsTolerance) ?? false
        known[released] = result
        return result
    }
}
