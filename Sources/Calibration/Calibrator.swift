public import GraphIR
internal import Interpreter
public import Kernels

/// Learns what values of a float model hold, in one pass over the samples.
public enum Calibrator {
    /// Bytes for faster forms of constants, where no values are kept.
    private static let room = 40 << 20

    /// Runs `model` over all samples of `source` and gives what was seen of each of `values`.
    ///
    /// Memory is one record of fixed size for each value, whatever the number of samples. Samples that the source
    /// gives together are run together, unless the model turns out not to keep them apart; then it all starts again
    /// one by one. Without `histograms` only extremes are looked for, which is faster. `watch` is shown each of the
    /// values and of `others` as it is computed, and which samples it is of; `show` is given each sample with the
    /// outputs of its run, and how many samples were run before it. `progress` is told the share of the samples done.
    /// Throws the errors of running and sampling, and `CalibrationFault`.
    public static func collect(
        _ model: Model, values: Set<String>, from source: SampleSource, histograms: Bool = true,
        others: Set<String> = [], progress: (Double) -> Void = { _ in },
        watch: (_ value: String, _ view: TensorView, _ samples: Range<Int>) -> Void = { _, _, _ in },
        show: (_ sample: Sample, _ outputs: [String: Tensor], _ done: Int) -> Void = { _, _, _ in }
    ) throws -> [String: TensorStatistics] {
        try collect(
            model, values: values, from: source, parts: SampleParts(samples: source.count, parts: 1),
            histograms: histograms, others: others, progress: progress, watch: watch, show: show)[0]
    }

    /// The same for each of some parts of the samples on their own; a value may not have been seen in every part.
    public static func collect(
        _ model: Model, values: Set<String>, from source: SampleSource, parts: SampleParts, histograms: Bool = true,
        others: Set<String> = [], progress: (Double) -> Void = { _ in },
        watch: (_ value: String, _ view: TensorView, _ samples: Range<Int>) -> Void = { _, _, _ in },
        show: (_ sample: Sample, _ outputs: [String: Tensor], _ done: Int) -> Void = { _, _, _ in }
    ) throws -> [[String: TensorStatistics]] {
        let empty = TensorStatistics(hasHistogram: histograms)
        var statistics: [[String: TensorStatistics]]
        do {
            statistics = try pass(model, values, others, parts, empty, source, progress, watch, show)
        } catch where source.batch > 1 {
            source.rewind(batch: 1)
            statistics = try pass(model, values, others, parts, empty, source, progress, watch, show)
        }
        for value in values.sorted() where !statistics.contains(where: { $0[value]?.range != nil }) {
            throw CalibrationFault.noFiniteValue(value)
        }
        return statistics
    }

    private static func pass(
        _ model: Model, _ values: Set<String>, _ others: Set<String>, _ parts: SampleParts, _ empty: TensorStatistics,
        _ source: SampleSource, _ progress: (Double) -> Void, _ watch: (String, TensorView, Range<Int>) -> Void,
        _ show: (Sample, [String: Tensor], Int) -> Void
    ) throws -> [[String: TensorStatistics]] {
        let session = try Session(
            model, mode: .integer, observing: values.union(others), room: others.isEmpty ? Self.room : 0)
        let unseen = Dictionary(uniqueKeysWithValues: values.map { ($0, empty) })
        var statistics = Array(repeating: unseen, count: parts.count)
        var done = 0
        while let sample = try source.next() {
            let part = parts.part(of: done)
            let outputs = try session.run(sample.values) { name, view in
                statistics[part][name]?.add(view)
                watch(name, view, done..<done + sample.count)
            }
            if source.batch > 1, let mixed = outputs.first(where: { $0.value.extents.first != sample.count }) {
                throw CalibrationFault.samplesMixed(output: mixed.key)
            }
            show(sample, outputs, done)
            done += sample.count
            progress(Double(done) / Double(source.count))
        }
        return statistics
    }
}

/// What keeps a range from being learned.
public enum CalibrationFault: Error, Sendable, Hashable {
    /// No sample gave the value a finite number.
    case noFiniteValue(String)
    /// Samples run together did not come apart again in an output.
    case samplesMixed(output: String)
}
