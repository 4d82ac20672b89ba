internal import Calibration
internal import GraphIR
internal import Interpreter
internal import Quantization
internal import Reporting

/// Measures how far the outputs of quantized models are from the float model's.
///
/// The SQNR is that of the worst output, on the samples that accuracy steps hold back or on those that the report is
/// made of, whichever is worse; top-1 accuracy is counted on all samples.
final class ReleaseJudge {
    private let samples: [Sample]
    /// The float outputs of each sample that is measured.
    private var expected: [[String: Tensor]] = []
    private let inner: OutputError
    private let outputNames: [String]
    private let countsTop1: Bool
    private let heldBack: Range<Int>
    private let reported: Range<Int>

    /// Runs `model` on all samples. `reported` is how many of the first the report is made of. Throws the errors of
    /// sampling and running, and `ComparisonFault.noAccuracy` where accuracy cannot be counted.
    init(_ model: Model, samples source: LabelledSamples, reported: Int, countsTop1: Bool) throws {
        let session = try Session(model)
        outputNames = session.outputNames
        var samples: [Sample] = []
        while let sample = try source.next() { samples.append(sample) }
        guard !countsTop1 || samples.allSatisfy({ $0.labels.count == $0.count }) else {
            throw ComparisonFault.noAccuracy
        }
        self.samples = samples
        self.countsTop1 = countsTop1
        self.reported = 0..<min(max(reported, 1), samples.count)
        heldBack = JudgedSamples.firstHeldBack(of: samples.count)..<samples.count
        inner = try OutputError(model, samples: samples.map(\.values))
        for (index, sample) in samples.enumerated() {
            guard countsTop1 || self.reported.contains(index) || heldBack.contains(index) else {
                expected.append([:])
                continue
            }
            expected.append(try session.run(sample.values))
        }
        guard countsTop1 else { return }
        var count = AccuracyCount()
        let judge = try OutputJudge(float: outputNames, quantized: outputNames)
        for (index, outputs) in expected.enumerated() { add(index, outputs, to: &count, judge) }
        guard count.samples == samples.reduce(0, { $0 + $1.count }) else { throw ComparisonFault.noAccuracy }
    }

    /// The noise-to-signal ratio in dB that `OutputError` measures on the samples it judges by: that of logits and
    /// features, which tell more from few samples than probabilities. Throws the errors of running.
    func innerNoise(_ variant: OutputTrials.Variant) throws -> Double {
        try inner.measure(OutputTrials.written(variant).model, divided: variant.divided).whole
    }

    /// Throws the errors of running.
    func measure(_ variant: OutputTrials.Variant) throws -> ConversionReport.Release.Figures {
        let (parts, count) = try run(OutputTrials.written(variant).model)
        var figures = ConversionReport.Release.Figures(sqnr: decibels(parts.joined().map { ratio($0.guaranteedSQNR) }.max() ?? 0))
        guard countsTop1 else { return figures }
        figures.top1Float = count.percent(\.float, of: count.samples)
        figures.top1Quantized = count.percent(\.quantized, of: count.samples)
        return figures
    }

    /// The outputs on the samples of the report and on those held back, and the accuracy on all samples.
    private func run(_ quantized: Model) throws -> (parts: [[OutputFidelity]], count: AccuracyCount) {
        let session = try Session(quantized, mode: .integer)
        let parts = [reported, heldBack]
        var judges = try parts.map { _ in try OutputJudge(float: outputNames, quantized: session.outputNames) }
        var count = AccuracyCount()
        for (index, sample) in samples.enumerated() where countsTop1 || parts.contains(where: { $0.contains(index) }) {
            let got = try session.run(sample.values)
            for part in parts.indices where parts[part].contains(index) {
                try judges[part].add(
                    float: expected[index], quantized: got, samples: sample.hasSampleAxis ? sample.count : 1)
            }
            if countsTop1 { add(index, got, to: &count, judges[0]) }
        }
        return (judges.map(\.results), count)
    }

    private func add(_ index: Int, _ got: [String: Tensor], to count: inout AccuracyCount, _ judge: OutputJudge) {
        guard let name = outputNames.first, let classes = expected[index][name] else { return }
        count.add(labels: samples[index].labels, float: classes, quantized: got[judge.quantizedName(of: name)])
    }
}
