internal import Kernels

/// Searches the range of a value whose channels matter unequally: the one whose grid causes the least error where the
/// value is read.
///
/// Both ends are first drawn in together, then each is moved on its own by ever smaller steps as long as the error falls
/// (pattern search, Hooke and Jeeves 1961), as for a single tensor; but the error counts by the weights that read it.
struct RangeSearch {
    private static let coarse: [Float] = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
    private static let fine: [Float] = [0.94, 0.97]

    private let rows: Matrix
    private let rowWeights: Matrix?
    /// How many positions each row stands for.
    private let weight: Double
    /// Rare positions that the rows may not hold.
    private let extremes: Matrix
    private let extremeWeights: Matrix?
    private let low: [Float]
    private let high: [Float]
    private let importance: [Double]
    private let symmetric: Bool
    /// The sum of the squares of each channel.
    let energies: [Double]

    /// `weight` gives how much an error counts at each of some values; everywhere as much where there is none.
    init(
        _ seen: ChannelStatistics, importance: [Double], symmetric: Bool, weight ofValues: ((Matrix) -> Matrix?)? = nil
    ) {
        rows = seen.matrix
        weight = Double(seen.positions) / Double(max(rows.rows, 1))
        extremes = seen.extremes
        rowWeights = ofValues?(rows)
        extremeWeights = ofValues?(extremes)
        (low, high) = (seen.low, seen.high)
        self.importance = importance
        self.symmetric = symmetric
        let weight = weight
        energies = rows.columnEnergies.map { weight * Double($0) }
    }

    /// The best range of the values divided by `factors`, and the error it causes.
    func best(_ factors: [Float]) -> (range: ClosedRange<Float>, noise: Double) {
        let inverse = factors.map { 1 / $0 }
        let importance = zip(importance, factors).map { Float($0 * Double($1) * Double($1)) }
        let bottom = zip(low, inverse).map { $0 * $1 }.min() ?? 0, top = zip(high, inverse).map { $0 * $1 }.max() ?? 0
        func noise(_ range: ClosedRange<Float>) -> Double {
            let grid = symmetric ? Grid.symmetric(range, .int8) : Grid.asymmetric(range, .uint8)
            let steps = symmetric ? -127...127 : -grid.zeroPoints[0]...255 - grid.zeroPoints[0]
            func noise(_ rows: Matrix, _ weights: Matrix?) -> Double {
                RoundingKernels.channelNoise(
                    rows, weights: weights, inverse: inverse, importance: importance, scale: grid.scales[0],
                    steps: steps)
            }
            return weight * noise(rows, rowWeights) + noise(extremes, extremeWeights)
        }
        var best = bottom...top
        var least = noise(best)
        func consider(_ range: ClosedRange<Float>) -> Bool {
            let other = noise(range)
            guard other < least else { return false }
            (best, least) = (range, other)
            return true
        }
        let most = max(-bottom, top)
        for factor in Self.coarse.dropFirst() {
            _ = consider(max(bottom, -factor * most)...min(top, factor * most))
        }
        for factor in Self.fine {
            var moves = 0
            while moves < 8, consider(best.lowerBound * factor...best.upperBound)
                || consider(best.lowerBound...best.upperBound * factor)
                || consider(max(best.lowerBound / factor, bottom)...best.upperBound)
                || consider(best.lowerBound...min(best.upperBound / factor, top))
            { moves += 1 }
        }
        return (best, least)
    }
}
