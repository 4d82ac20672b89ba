import GraphIR
import Kernels
import Testing

@testable import Quantization

@Suite("Scaling of channels")
struct ChannelScalingTests {
    /// Two samples of 3 channels and 2 by 2 positions, row-major.
    private let values: [Float] = (0..<24).map { Float(($0 * 7) % 24) - 11 }
    private let extents = [2, 3, 2, 2]

    private func seen(_ layout: TensorLayout) -> ChannelStatistics {
        var statistics = ChannelStatistics(axis: 1, runs: 1)
        let tensor = Tensor(values, extents)
        tensor.bytes.withUnsafeBytes { bytes in
            let copy = TensorView(.float32, extents, bytes: bytes).copy(as: layout)
            copy.bytes.withUnsafeBytes { statistics.add(TensorView(.float32, extents, layout: layout, bytes: $0)) }
        }
        return statistics
    }

    private func kept(_ statistics: ChannelStatistics, _ channel: Int) -> [Float] {
        let matrix = statistics.matrix
        return (0..<matrix.rows).map { matrix[$0, channel] }.sorted()
    }

    @Test("channels are told apart whatever the layout in memory")
    func layouts() {
        let planar = seen(.planar), channelsLast = seen(.channelsLast)
        #expect(planar.low == channelsLast.low)
        #expect(planar.high == channelsLast.high)
        for channel in 0..<3 {
            let own = [channel * 4, (3 + channel) * 4].flatMap { Array(values[$0..<$0 + 4]) }.sorted()
            #expect(planar.low[channel] == min(own[0], 0))
            #expect(planar.high[channel] == max(own[own.count - 1], 0))
            #expect(kept(planar, channel) == own)
            #expect(kept(channelsLast, channel) == own)
        }
    }

    @Test("a channel made larger keeps room for values larger than those seen")
    func headroom() throws {
        var statistics = ChannelStatistics(axis: 1, runs: 1)
        var pairs: [Float] = []
        for row in 0..<64 { pairs += [Float(row % 9), Float(row % 5) / 100] }
        let rows = Tensor(pairs, [64, 2])
        rows.bytes.withUnsafeBytes { statistics.add(TensorView(.float32, [64, 2], bytes: $0)) }
        let weight = Tensor([Float](repeating: 1, count: 8), [2, 4])
        let reader = ChannelScaling.Reader(weight: weight, axis: 1, groups: 1, isConvolution: false)
        let choice = try #require(
            ChannelScaling.choose(statistics, readers: [reader], mostNoise: 0.98, symmetric: false))
        let factors = try #require(choice.factors)
        #expect(factors[1] < factors[0])
        #expect(1.25 * statistics.high[1] / factors[1] <= statistics.high[0] / factors[0])
    }
}
