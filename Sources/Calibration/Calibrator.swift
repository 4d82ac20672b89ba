public import GraphIR
internal import Interpreter
internal import Kernels

/// Learns what values of a float model hold, in one pass over the samples.
public enum Calibrator {
    /// Runs `model` over all samples of `source` and gives what was seen of each of `values`.
    ///
    /// Memory is one record of fixed size for each value, whatever the number of samples. Throws the errors of running and
    /// sampling, and `CalibrationFault`. `progress` is told the share of the samples done.
    public static func collect(
        _ model: Model, values: Set<String>, from source: SampleSource, progress: (Double) -> Void = { _ in }
    ) throws -> [String: TensorStatistics] {
        let session = try Session(model, observing: values)
        let names = values.sorted()
        let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        var statistics = names.map { _ in TensorStatistics() }
        var done = 0
        while let sample = try source.next() {
            _ = try session.run(sample.values) { name, view in statistics[position[name]!].add(view) }
            done += sample.count
            progress(Double(done) / Double(max(source.count, 1)))
        }
        for (name, seen) in zip(names, statistics) where seen.range == nil {
            throw CalibrationFault.noFiniteValue(name)
        }
        return Dictionary(uniqueKeysWithValues: zip(names, statistics))
    }
}

/// What keeps a range from being learned.
public enum CalibrationFault: Error, Sendable, Hashable {
    /// No sample gave the value a finite number.
    case noFiniteValue(String)
}
