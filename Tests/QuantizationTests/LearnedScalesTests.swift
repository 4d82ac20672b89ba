import Calibration
import GraphIR
import Kernels
import Testing

@testable import Quantization

@Suite("Learned scales", .serialized)
struct LearnedScalesTests {
    /// conv -> relu -> conv -> relu6 -> conv, the channels of the first far apart, each on a grid that is too wide.
    /// `flat` makes rows of f.
    private func variant(
        _ flat: [Node] = [Node("Flatten", inputs: ["f"], outputs: ["g"])]
    ) -> OutputTrials.Variant {
        let nodes = [
            Node("Conv", inputs: ["image", "w0", "b0"], outputs: ["a"], attributes: Networks.same),
            Node("Relu", inputs: ["a"], outputs: ["b"]),
            Node("Conv", inputs: ["b", "w1"], outputs: ["c"], attributes: Networks.same),
            Node("Clip", inputs: ["c", "zero", "six"], outputs: ["d"]),
            Node("Conv", inputs: ["d", "w2"], outputs: ["e"], attributes: Networks.same),
            Node("GlobalAveragePool", inputs: ["e"], outputs: ["f"]),
        ] + flat + [Node("Gemm", inputs: ["g", "w3"], outputs: ["logits"])]
        let first = (Networks.weight([6, 3, 3, 3]).floats ?? []).enumerated().map { index, value in
            value * [4, 1, 0.3, 0.1, 0.05, 2][index / 27]
        }
        let model = Networks.model(nodes, [
            "w0": Tensor(first, [6, 3, 3, 3]), "b0": Networks.weight([6]), "w1": Networks.weight([5, 6, 3, 3]),
            "w2": Networks.weight([4, 5, 3, 3]), "w3": Networks.weight([4, 3]), "zero": Tensor(scalar: Float(0)),
            "six": Tensor(scalar: Float(6)), "start": Tensor([Int64(0)], [1]), "end": Tensor([Int64(1)], [1]),
            "rest": Tensor([Int64(-1)], [1]),
        ], input: Shape([.symbol("n"), 3, 8, 8]), output: Shape([.symbol("n"), 3]))
        let placement = model.placement()
        let ranges = Dictionary(uniqueKeysWithValues: placement.observedValues.map { name in
            (name, name == "image" ? -1...1 : name == "d" ? 0...Float(6) : -300...Float(300))
        })
        let grids = ActivationGrids.choose(placement, graph: model.graph, ranges: ranges, target: Target.all[0])
        return OutputTrials.Variant(model: model, placement: placement, grids: grids)
    }

    private func samples(_ count: Int) -> [Sample] {
        var random = SplitMix64(seed: 77)
        return (0..<count).map { _ in
            Sample(values: ["image": Tensor((0..<192).map { _ in 2 * random.offset() }, [1, 3, 8, 8])])
        }
    }


    @Test("the error that is minimized falls to less than half")
    func error() throws {
        var learned = try #require(try LearnedScales(variant(), samples: samples(32)))
        func error() throws -> Double {
            var random = SplitMix64(seed: 3)
            return try (0..<8).reduce(0) { sum, _ in sum + (try learned.slopes(&random).error) }
        }
        let before = try error()
        try learned.learn { _ in }
        #expect(try error() < 0.5 * before)
    }

    @Test("every scale is learned, also of what the first product gives")
    func allScales() throws {
        var learned = try #require(try LearnedScales(variant(), samples: samples(32)))
        try learned.learn { _ in }
        #expect(Set(learned.parameters.scales.keys).isSuperset(of: ["b", "d"]))
        for group in learned.parameters.scales.keys { #expect(learned.parameters.scale(group) != 1, "\(group)") }
        #expect(Set(learned.parameters.factors.keys) == ["b", "d"])
    }

    @Test("what is learned does not depend on the number of threads")
    func threads() throws {
        let threads = KernelThreads.count
        defer { KernelThreads.set(threads) }
        let results = try [1, 2, 3].map { count -> [Float] in
            KernelThreads.set(count)
            var learned = try #require(try LearnedScales(variant(), samples: samples(32)))
            try learned.learn { _ in }
            return learned.parameters.values
        }
        #expect(Set(results).count == 1)
        #expect(results[0].contains { $0 != 0 })
    }

    @Test("the model as learned computes what the float model does")
    func equivalence() throws {
        let start = variant()
        var learned = try #require(try LearnedScales(start, samples: samples(32)))
        try learned.learn { _ in }
        let judge = try OutputError(start.model, samples: samples(32).map(\.values))
        let changed = learned.applied(to: start)
        #expect(try judge.measure(changed.model, divided: changed.divided).whole < -90)
        #expect(changed.divided["b"]?.factors.contains { ($0 - 1).magnitude > 0.1 } == true)
    }

    @Test("a step that learns is taken where it helps")
    func trial() throws {
        var trials = try OutputTrials(variant(), samples: samples(44))
        let before = trials.ratio
        try trials.learnScales([.learnedScales])
        #expect(trials.gains.map(\.step) == ["learned-scales"])
        #expect(trials.ratio > before + 3)
    }

    @Test("what follows from the samples' extents alone, as a shape for any batch does, is no obstacle")
    func shapes() throws {
        let flat = [
            Node("Shape", inputs: ["image"], outputs: ["extents"]),
            Node("Slice", inputs: ["extents", "start", "end"], outputs: ["batch"]),
            Node("Concat", inputs: ["batch", "rest"], outputs: ["shape"], attributes: [Attribute("axis", 0)]),
            Node("Reshape", inputs: ["f", "shape"], outputs: ["g"]),
        ]
        var random = SplitMix64(seed: 3)
        let slopes = try [variant(), variant(flat)].map { variant in
            try #require(try LearnedScales(variant, samples: samples(32))).slopes(&random).slopes.map(\.magnitude).max()
        }
        #expect(slopes.allSatisfy { ($0 ?? 0) > 0 })
    }

    @Test("with few samples nothing is learned")
    func fewSamples() throws {
        #expect(try LearnedScales(variant(), samples: samples(31)) == nil)
    }
}
