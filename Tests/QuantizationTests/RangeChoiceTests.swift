import Calibration
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Quantization

@Suite("Ranges chosen by samples left out")
struct RangeChoiceTests {
    private let model = Networks.model(
        [
            Node("MatMul", inputs: ["image", "w0"], outputs: ["a"]), Node("Relu", inputs: ["a"], outputs: ["b"]),
            Node("MatMul", inputs: ["b", "w1"], outputs: ["logits"]),
        ], ["w0": Networks.weight([4, 6]), "w1": Networks.weight([6, 3])], input: Shape([.symbol("n"), 4]),
        output: Shape([.symbol("n"), 3]))

    /// 32 samples within -1...1, in a file.
    private func source() throws -> (SampleSource, URL) {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).npz")
        let writer = try NpzWriter(file.path, [.init("image", .float32, [32, 4])])
        try writer.append(Tensor((0..<128).map { Float(($0 * 37) % 101) / 50 - 1 }, [32, 4]), to: 0)
        try writer.finish()
        return (try SampleSource.open(file.path, inputs: model.graph.requiredInputs), file)
    }

    /// What is chosen, beside ranges too narrow, of others that are `byOthers` and `byAll` times as wide as needed.
    private func gain(byOthers: Float, byAll: Float) throws -> Double {
        let (source, file) = try source(), placement = model.placement()
        defer { try? FileManager.default.removeItem(at: file) }
        func ranges(_ width: Float) -> [String: ClosedRange<Float>] {
            Dictionary(uniqueKeysWithValues: placement.observedValues.map { ($0, -4 * width...4 * width) })
        }
        func candidate(_ byOthers: Float, _ byAll: Float) -> RangeChoice.Ranges {
            .init(byAll: ranges(byAll), byOthers: [ranges(byOthers), ranges(byOthers)])
        }
        let narrow = candidate(0.2, 0.2), target = Target.all[0]
        let grids = ActivationGrids.choose(placement, graph: model.graph, ranges: narrow.byAll, target: target)
        let variant = OutputTrials.Variant(model: model, placement: placement, grids: grids)
        var choice = try #require(RangeChoice(model.graph, samples: 32)), done = 0
        let session = try Session(model, mode: .integer)
        while let sample = try source.next() {
            choice.keep(try session.run(sample.values), of: sample, after: done)
            done += sample.count
        }
        let chosen = try #require(try choice.best(
            variant, among: [narrow, candidate(byOthers, byAll)], target, source))
        #expect((chosen.variant.grids != grids) == (chosen.gain > 0))
        return chosen.gain
    }

    @Test("others are taken where they serve samples left out better, and those of all samples serve all better")
    func choice() throws {
        #expect(try gain(byOthers: 1, byAll: 1) > 3)
        #expect(try gain(byOthers: 1, byAll: 500) <= 0)
        #expect(try gain(byOthers: 0.1, byAll: 1) <= 0)
    }
}
