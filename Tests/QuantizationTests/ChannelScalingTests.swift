import Calibration
import GraphIR
import Interpreter
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

    @Test("what is watched while others run the samples is what a run of its own sees, the samples held back apart")
    func watching() throws {
        let nodes = [
            Node("Conv", inputs: ["image", "w0", "b0"], outputs: ["a"], attributes: Networks.same),
            Node("Relu", inputs: ["a"], outputs: ["b"]),
            Node("Conv", inputs: ["b", "w1"], outputs: ["logits"], attributes: Networks.same),
        ]
        let shape = Shape([.symbol("n"), 3, 4, 4])
        let model = Networks.model(nodes, [
            ("w0", Networks.weight([5, 3, 3, 3])), ("b0", Networks.weight([5])), ("w1", Networks.weight([3, 5, 3, 3])),
        ], input: shape, output: shape)
        let placement = model.placement()
        let samples = (0..<5).map { seed in
            Sample(values: ["image": Tensor((0..<48).map { Float(($0 * 31 + seed * 17) % 23) - 11 }, [1, 3, 4, 4])])
        }
        var watching = ChannelObserver(model, placement, samples: 4), alone = watching
        try alone.watch(model, over: samples[..<4])
        let own = alone.statistics
        let session = try Session(model, mode: .integer, observing: Set(own.keys))
        for (index, sample) in samples.enumerated() {
            _ = try session.run(sample.values) { name, view in watching.add(name, view, sample: index) }
        }
        #expect(!own.isEmpty && Set(watching.statistics.keys) == Set(own.keys))
        for (name, seen) in own {
            let other = try #require(watching.statistics[name])
            #expect(seen.elements > 0 && other.elements == seen.elements)
            #expect(other.low == seen.low && other.high == seen.high && other.rows == seen.rows)
        }
    }

    /// conv -> hard swish -> conv, a channel of 5 to a factor.
    private func swishing() -> OutputTrials.Variant {
        let nodes = [
            Node("Conv", inputs: ["image", "w0", "b0"], outputs: ["a"], attributes: Networks.same),
            Node("HardSwish", inputs: ["a"], outputs: ["b"]),
            Node("Conv", inputs: ["b", "w1"], outputs: ["c"], attributes: Networks.same),
            Node("Relu", inputs: ["c"], outputs: ["logits"]),
        ]
        let shape = Shape([.symbol("n"), 3, 4, 4])
        let model = Networks.model(nodes, [
            "w0": Networks.weight([5, 3, 3, 3]), "b0": Networks.weight([5]), "w1": Networks.weight([3, 5, 3, 3]),
        ], input: shape, output: shape, opset: 14)
        let placement = model.placement()
        let ranges = Dictionary(uniqueKeysWithValues: placement.observedValues.map { ($0, Float(-9)...9) })
        let grids = ActivationGrids.choose(placement, graph: model.graph, ranges: ranges, target: Target.all[0])
        return OutputTrials.Variant(model: model, placement: placement, grids: grids)
    }

    @Test("factors before and behind the grids around a function leave what the network computes as it is")
    func factorNodes() throws {
        let start = swishing(), factors: [Float] = [0.5, 2, 8, 1, 0.25]
        let values = ScalableValue.find(start.model, start.placement)
        #expect(values.map(\.name) == ["image", "a", "b"])
        #expect(values.map(\.addedNode) == [.beforeGrid, .behindGrid, .beforeGrid])
        var variant = start
        let additions = variant.add(values.dropFirst().map {
            FactorNode(
                value: $0.name, place: $0.addedNode ?? .beforeGrid, channels: 5, innerAxes: $0.innerAxes)
        })
        for value in values.dropFirst() { variant.scale(value.following(additions), by: factors) }
        #expect(Set(variant.placement.values.keys) == ["image", "a_divided", "b_divided", "logits"])
        #expect(variant.grids["a_divided"] == start.grids["a"] && variant.grids["a"] == nil)
        for (position, product) in start.placement.products {
            let moved = variant.placement.products[additions.positions[position]]
            #expect(moved?.weight == product.weight)
        }
        let image = ["image": Tensor((0..<48).map { Float(($0 * 31) % 23) / 5 - 2 }, [1, 3, 4, 4])]
        let before = try #require(try Session(start.model, mode: .literal).run(image)["logits"]?.floats)
        let after = try #require(try Session(variant.model, mode: .literal).run(image)["logits"]?.floats)
        #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) })
    }

    @Test("a value that gets its size back behind the grid has factors as far apart as its channels, below a flat end too")
    func restored() throws {
        var statistics = ChannelStatistics(axis: 1, runs: 1)
        var pairs: [Float] = []
        for row in 0..<64 { pairs += [Float(row % 9) - 3, (Float(row % 9) - 3) / 100 - (row % 7 == 0 ? 90 : 0)] }
        Tensor(pairs, [64, 2]).bytes.withUnsafeBytes { statistics.add(TensorView(.float32, [64, 2], bytes: $0)) }
        let model = swishing().model
        let response = try #require(ReaderResponse(of: "a", in: model, GraphIndex(model.graph)))
        func choice(_ response: ReaderResponse?, _ mostNoise: Double) -> ChannelScaling.Choice? {
            RestoredChannels.choose(
                statistics, response: response, readers: [], mostNoise: mostNoise, symmetric: false)
        }
        let floor = RestoredChannels.floor(response, statistics)
        #expect(floor < -2.9 && floor > -4)
        let chosen = try #require(choice(response, 0.9)), factors = try #require(chosen.factors)
        #expect(factors[1] < factors[0])
        #expect(chosen.range.lowerBound * factors[0] > floor - 0.2)
        #expect(choice(response, 0) == nil)
    }

    /// Rows of two channels, the second a hundredth of the first, and a matrix that reads them, a number a channel.
    private func choice(
        _ weights: [Float], onlyEnlarges: Bool = false
    ) throws -> (ChannelStatistics, factors: [Float]) {
        var statistics = ChannelStatistics(axis: 1, runs: 1)
        var pairs: [Float] = []
        for row in 0..<64 { pairs += [Float(row % 9), Float(row % 5) / 100] }
        Tensor(pairs, [64, 2]).bytes.withUnsafeBytes { statistics.add(TensorView(.float32, [64, 2], bytes: $0)) }
        let weight = Tensor(weights.flatMap { [Float](repeating: $0, count: 4) }, [2, 4])
        let reader = ChannelScaling.Reader(weight: weight, axis: 1, groups: 1, isConvolution: false)
        let choice = try #require(ChannelScaling.choose(
            statistics, readers: [reader], mostNoise: 0.98, symmetric: false, onlyEnlarges: onlyEnlarges))
        return (statistics, try #require(choice.factors))
    }

    @Test("a channel made larger keeps room for values larger than those seen")
    func headroom() throws {
        let (statistics, factors) = try choice([1, 1])
        #expect(factors[1] < factors[0])
        #expect(1.25 * statistics.high[1] / factors[1] <= statistics.high[0] / factors[0])
    }

    @Test("behind a Clip no channel is made smaller, which would no longer be cut where it was")
    func clipped() throws {
        let weights: [Float] = [0.01, 1]
        let factors = try choice(weights, onlyEnlarges: true).factors
        #expect(factors.contains { $0 < 1 } && factors.allSatisfy { $0 <= 1 })
    }
}
