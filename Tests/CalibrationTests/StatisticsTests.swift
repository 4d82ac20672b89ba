import GraphIR
import Kernels
import Testing

@testable import Calibration

func statistics(_ values: [Float]) -> TensorStatistics {
    var result = TensorStatistics()
    values.withUnsafeBufferPointer { result.add($0) }
    return result
}

extension SeededGenerator {
    /// A number of the standard normal distribution (sum of twelve uniform ones).
    mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + Float.random(in: 0..<1, using: &self) } }
}

@Suite struct StatisticsTests {
    /// What the statistics must be, counted one by one.
    private func expectExact(_ seen: TensorStatistics, _ values: [Float]) {
        let finite = values.filter(\.isFinite)
        #expect(seen.count == finite.count)
        #expect(seen.notFinite == values.count - finite.count)
        #expect(seen.zeros == finite.count { $0 == 0 })
        #expect(seen.range?.lowerBound == finite.min() && seen.range?.upperBound == finite.max())
        guard seen.binWidth > 0 else { return }
        var bins = [UInt64](repeating: 0, count: TensorStatistics.binCount)
        for value in finite where value != 0 {
            bins[Int((Double(value) / Double(seen.binWidth)).rounded(.down)) - seen.firstBin] += 1
        }
        #expect(seen.bins == bins)
    }

    @Test(arguments: [1e-30, 1, 1e30] as [Float], [0, 1, 5, 300, 20_000])
    func everyValueIsInItsBin(scale: Float, count: Int) {
        var generator = SeededGenerator()
        let values = (0..<count).map { index in index % 5 == 0 ? 0 : generator.normal() * scale }
        expectExact(statistics(values), values)
        let positive = values.map(\.magnitude)
        expectExact(statistics(positive), positive)
        expectExact(statistics(positive.map { -$0 }), positive.map { -$0 })
    }

    @Test func atLeastHalfOfTheBinsSpanTheValues() {
        for high in [1, 1.01, 1.99, 2, 3] as [Float] {
            let seen = statistics([0.001, high])
            #expect(high / seen.binWidth >= Float(TensorStatistics.binCount / 2) - 1)
        }
    }

    @Test func theResultDoesNotDependOnOrderOrSharing() {
        var generator = SeededGenerator()
        let values = (0..<10_000).map { index in generator.normal() * (index % 1000 == 999 ? 50 : 1) }
        let whole = statistics(values)
        expectExact(whole, values)
        var pieces = TensorStatistics()
        for start in stride(from: 0, to: values.count, by: 70) {
            values[start..<min(start + 70, values.count)].withUnsafeBufferPointer { pieces.add($0) }
        }
        #expect(pieces == whole)
        #expect(statistics(values.shuffled(using: &generator)) == whole)
        var merged = statistics(Array(values[7000...]))
        merged.merge(statistics(Array(values[..<7000])))
        #expect(merged == whole)
        merged.merge(TensorStatistics())
        #expect(merged == whole)
    }

    @Test func valuesThatAreNotFiniteAreCountedAndPassedOver() {
        let values: [Float] = [.nan, 1, .infinity, -2, -.infinity, 0, -0.0]
        expectExact(statistics(values), values)
        let none = statistics([.nan, -.infinity])
        #expect(none.range == nil && none.count == 0 && none.notFinite == 2)
        var generator = SeededGenerator()
        let many = (0..<40_000).map { _ in generator.normal() }
        for (place, value) in [(7, Float.nan), (20_000, -.nan), (39_999, .infinity), (17_000, -.infinity)] {
            var values = many
            values[place] = value
            expectExact(statistics(values), values)
        }
    }

    @Test func extremeNumbersHaveBins() {
        let huge = Float.greatestFiniteMagnitude
        let tiny = Float.leastNonzeroMagnitude
        for values in [[huge, -huge], [tiny], [-tiny, 1], [-huge, 0x1p-140]] {
            expectExact(statistics(values), values)
        }
    }

    @Test func otherFloatingPointTypesAreSeenAsFloat() {
        let halves: [UInt16] = [0x3c00, 0xc000, 0]
        var seen = TensorStatistics()
        halves.withUnsafeBytes { seen.add(TensorView(.float16, [3], bytes: $0)) }
        #expect(seen == statistics([1, -2, 0]))
    }
}
