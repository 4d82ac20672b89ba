import Foundation
import Testing

@testable import Calibration

@Suite struct RangeTests {
    static let all: [any RangeEstimator] = [MinMaxRange(), PercentileRange(), EntropyRange(), SquaredErrorRange()]

    /// The mean squared error of quantizing `values` with 8 bits over `range`, value by value.
    private func error(_ values: [Float], _ range: ClosedRange<Float>, symmetric: Bool = false) -> Double {
        let grid = CandidateGrid(
            Double(range.lowerBound)...Double(range.upperBound), levels: 256, symmetric: symmetric)
        return values.reduce(0) { sum, value in
            let step = (Double(value) / grid.scale).rounded(.toNearestOrEven)
            let kept = min(max(step, Double(grid.steps.lowerBound)), Double(grid.steps.upperBound)) * grid.scale
            return sum + (kept - Double(value)) * (kept - Double(value))
        } / Double(values.count)
    }

    /// Distributions as networks have them, by name.
    private func distributions() -> [(name: String, values: [Float])] {
        var generator = SeededGenerator()
        let normal = (0..<40_000).map { _ in generator.normal() }
        let tailed = normal.map { $0 * $0 * $0 }
        return [
            ("normal", normal), ("rectified", normal.map { max($0, 0) }),
            ("clipped", normal.map { min(max($0, 0), 1) }), ("tailed", tailed),
            ("rectified, tailed", tailed.map { max($0, 0) }), ("skewed", tailed.map { max($0, -0.3) }),
            ("bimodal", normal.enumerated().map { ($0.offset % 2 == 0 ? 0.1 : 10) + $0.element / 100 }),
            ("three spikes", normal.indices.map { [0.5, -3, 100][$0 % 3] }), ("negative", normal.map { -$0.magnitude }),
            ("far from zero", normal.map { 100 + $0 }), ("one outlier", normal.dropLast() + [1000]),
            ("few values", Array(normal[..<10])), ("one value", [3]), ("tiny", normal.map { $0 * 1e-30 }),
        ]
    }

    @Test func noMethodLosesMoreThanABitToTheFullRange() {
        for (name, values) in distributions() {
            let seen = statistics(values)
            let full = error(values, MinMaxRange().range(of: seen, levels: 256, symmetric: false))
            for estimator in Self.all where !(estimator is PercentileRange) {
                let range = estimator.range(of: seen, levels: 256, symmetric: false)
                #expect(range.contains(0))
                #expect(range.lowerBound >= min(values.min() ?? 0, 0) && range.upperBound <= max(values.max() ?? 0, 0))
                #expect(error(values, range) <= 4.2 * full, "\(type(of: estimator)) on \(name): \(range)")
            }
        }
    }

    @Test func squaredErrorIsCloseToTheBestOfAllRanges() {
        let factors = (0..<20).reduce(into: [Float(1)]) { $0.append($0[$1] * 0.8) }
        for (name, all) in distributions() {
            let values = Array(all.suffix(2000))
            let seen = statistics(values)
            let found = error(values, SquaredErrorRange().range(of: seen, levels: 256, symmetric: false))
            let low = min(values.min() ?? 0, 0), high = max(values.max() ?? 0, 0)
            for i in low < 0 ? factors : [1] {
                for j in high > 0 ? factors : [1] {
                    #expect(found <= 1.05 * error(values, low * i...high * j), "\(name): \(low * i)...\(high * j)")
                }
            }
        }
    }

    @Test func outliersAreClippedByAllButMinmax() {
        var generator = SeededGenerator()
        let values = (0..<300_000).map { _ in generator.normal() } + [24]
        let seen = statistics(values)
        #expect(MinMaxRange().range(of: seen, levels: 256, symmetric: false).upperBound == 24)
        for estimator in Self.all.dropFirst() {
            for symmetric in [false, true] {
                let range = estimator.range(of: seen, levels: 256, symmetric: symmetric)
                #expect(3...21 ~= range.upperBound, "\(type(of: estimator)): \(range)")
                #expect(!symmetric || -range.lowerBound == range.upperBound)
            }
        }
    }

    @Test func zerosHaveNoInfluence() {
        var generator = SeededGenerator()
        let values = (0..<20_000).map { _ in max(generator.normal() * generator.normal(), 0) }.filter { $0 > 0 }
        let alone = statistics(values), among = statistics(values + [Float](repeating: 0, count: 500_000))
        for estimator in Self.all {
            #expect(
                estimator.range(of: alone, levels: 256, symmetric: false)
                    == estimator.range(of: among, levels: 256, symmetric: false))
        }
    }

    @Test func theHistogramsErrorIsThatOfTheValues() throws {
        for (name, values) in distributions() where name != "few values" && name != "tiny" {
            let histogram = try #require(Histogram(statistics(values)))
            let nonzero = values.filter { $0 != 0 }
            for factor in [1, 0.5, 0.1] as [Float] {
                let range = Float(histogram.range.lowerBound) * factor...Float(histogram.range.upperBound) * factor
                let grid = CandidateGrid(
                    Double(range.lowerBound)...Double(range.upperBound), levels: 256, symmetric: false)
                let exact = error(nonzero, range), modelled = histogram.meanSquaredError(grid)
                let rounding = grid.scale * grid.scale / 12
                #expect(modelled <= max(1.1 * exact, exact + rounding), "\(name) \(factor)")
                #expect(modelled >= 0.9 * exact - rounding, "\(name) \(factor)")
            }
        }
    }

    @Test func percentilesAreThoseOfTheValues() {
        let values = (1...10_000).map { Float($0) / 10_000 }
        let range = PercentileRange(percentile: 90).range(of: statistics(values), levels: 256, symmetric: false)
        #expect(abs(range.upperBound - 0.95) < 0.001 && range.lowerBound == 0)
        let both = values.map { $0 - 0.5 }
        let symmetric = PercentileRange(percentile: 80).range(of: statistics(both), levels: 256, symmetric: true)
        #expect(abs(symmetric.upperBound - 0.4) < 0.001 && symmetric.lowerBound == -symmetric.upperBound)
    }

    @Test func nothingSeenGivesTheEmptyRange() {
        for seen in [TensorStatistics(), statistics([0, 0]), statistics([.nan])] {
            for estimator in Self.all { #expect(estimator.range(of: seen, levels: 256, symmetric: true) == 0...0) }
        }
    }

    @Test("Where values are read by way of a function that is flat below zero, the range ends there and it gains")
    func rangesServeTheReader() {
        var generator = SeededGenerator()
        let values = (0..<40_000).map { _ in generator.normal() * 3 }
        let functions: [(String, @Sendable (Float) -> Float)] = [
            ("swish", { $0 / (1 + exp(-$0)) }), ("hard swish", { $0 * min(max($0 / 6 + 0.5, 0), 1) }),
            ("sigmoid", { 1 / (1 + exp(-$0)) }),
        ]
        for (name, function) in functions {
            func seenError(_ range: ClosedRange<Float>) -> Double {
                let grid = CandidateGrid(
                    Double(range.lowerBound)...Double(range.upperBound), levels: 256, symmetric: false)
                return values.reduce(0) { sum, value in
                    let step = (Double(value) / grid.scale).rounded(.toNearestOrEven)
                    let kept = min(max(step, Double(grid.steps.lowerBound)), Double(grid.steps.upperBound)) * grid.scale
                    let error = Double(function(Float(kept)) - function(value))
                    return sum + error * error
                }
            }
            let seen = statistics(values)
            let plain = SquaredErrorRange().range(of: seen, levels: 256, symmetric: false)
            let serving = SquaredErrorRange { $0.map(function) }.range(of: seen, levels: 256, symmetric: false)
            #expect(serving.lowerBound > plain.lowerBound, "\(name): \(serving), \(plain)")
            #expect(seenError(serving) < 0.9 * seenError(plain), "\(name): \(serving), \(plain)")
        }
    }

    @Test("A function that is not finite, or constant, leaves a range that covers what was seen")
    func rangesSurviveStrangeReaders() {
        let values = (0..<1000).map { Float($0) / 100 - 5 }
        let seen = statistics(values), plain = SquaredErrorRange().range(of: seen, levels: 256, symmetric: false)
        let infinite = SquaredErrorRange { $0.map { 1 / ($0 - $0) } }, absent = SquaredErrorRange { _ in nil }
        #expect(infinite.range(of: seen, levels: 256, symmetric: false) == plain)
        #expect(absent.range(of: seen, levels: 256, symmetric: false) == plain)
        let flat = SquaredErrorRange { $0.map { _ in 3 } }.range(of: seen, levels: 256, symmetric: false)
        #expect(flat.contains(0) && flat.lowerBound < flat.upperBound)
    }
}
