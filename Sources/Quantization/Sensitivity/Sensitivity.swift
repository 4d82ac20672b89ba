/// What operators that are released together do to the outputs, measured two ways.
///
/// Noise is the noise-to-signal ratio of the outputs, summed over them.
public struct Sensitivity: Sendable {
    /// The operators' positions in the graph.
    public var nodes: Set<Int>
    /// Their work in one run: multiply-accumulates, or elements where there are none.
    public var work: Int
    /// The noise with nothing released, and with these alone.
    public var noise: Double
    public var noiseReleased: Double
    /// The noise with all others released; `nil` for operators that are on integers only where their neighbours are.
    public var noiseAlone: Double?

    var first: Int { nodes.min() ?? 0 }

    /// What releasing them may save for each unit of work.
    ///
    /// Of the two measures the larger counts: where two neighbours round the same value, releasing either saves little,
    /// and both much.
    var value: Double { max(noise - noiseReleased, noiseAlone ?? 0) / Double(max(work, 1)) }

    /// Every unit that may be released, the one whose release is worth most for its work first.
    ///
    /// `work` has the work of each node in one run, by position; `noise` measures a variant, twice for each product
    /// and once for every other operator. Throws what `noise` throws.
    public static func ranking(
        _ release: Release, work: [Int], noise: (OutputTrials.Variant) throws -> Double,
        progress: (Double) -> Void = { _ in }
    ) throws -> [Sensitivity] {
        let units = release.units, candidates = Set(units.joined())
        func measure(_ released: Set<Int>) throws -> Double? {
            try release.variant(releasing: released).map(noise)
        }
        let all = try measure([]) ?? 0
        var ranking: [Sensitivity] = []
        for (done, unit) in units.enumerated() {
            progress(Double(done) / Double(units.count))
            guard let released = try measure(unit) else { continue }
            ranking.append(Sensitivity(
                nodes: unit, work: unit.reduce(0) { $0 + work[$1] }, noise: all, noiseReleased: released,
                noiseAlone: release.hasProduct(unit) ? try measure(candidates.subtracting(unit)) : nil))
        }
        return ranking.sorted { ($0.value, $1.first) > ($1.value, $0.first) }
    }
}
