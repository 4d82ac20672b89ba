/// What one quantized operator does to the outputs, measured two ways.
///
/// Noise is the noise-to-signal ratio of the outputs, summed over them.
public struct Sensitivity: Sendable {
    /// The operator's position in the graph.
    public var node: Int
    /// Its work in one run: multiply-accumulates, or elements where there are none.
    public var work: Int
    /// The noise with no operator released, and with this one alone.
    public var noise: Double
    public var noiseReleased: Double
    /// The noise with all others released; `nil` for an operator that is on integers only where its neighbours are.
    public var noiseAlone: Double?

    /// What releasing the operator may save for each unit of work.
    ///
    /// Of the two measures the larger counts: where two neighbours round the same value, releasing either saves little,
    /// and both much.
    var value: Double { max(noise - noiseReleased, noiseAlone ?? 0) / Double(max(work, 1)) }

    /// Every operator that may be released, the one whose release is worth most for its work first.
    ///
    /// `work` has the work of each node in one run, by position; `noise` measures a variant, twice for each product
    /// and once for every other operator. Throws what `noise` throws.
    public static func ranking(
        _ release: Release, work: [Int], noise: (OutputTrials.Variant) throws -> Double,
        progress: (Double) -> Void = { _ in }
    ) throws -> [Sensitivity] {
        let candidates = release.candidates
        func measure(_ released: Set<Int>) throws -> Double? {
            try release.variant(releasing: released).map(noise)
        }
        let all = try measure([]) ?? 0
        var ranking: [Sensitivity] = []
        for (done, node) in candidates.sorted().enumerated() {
            progress(Double(done) / Double(candidates.count))
            guard let released = try measure([node]) else { continue }
            let isProduct = release.start.placement.products[node] != nil
            ranking.append(Sensitivity(
                node: node, work: work[node], noise: all, noiseReleased: released,
                noiseAlone: isProduct ? try measure(candidates.subtracting([node])) : nil))
        }
        return ranking.sorted { ($0.value, $1.node) > ($1.value, $0.node) }
    }
}
