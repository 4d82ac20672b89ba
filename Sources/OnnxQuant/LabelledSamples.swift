internal import Calibration
internal import GraphIR

/// Samples, with labels from the samples themselves or from a file of labels.
struct LabelledSamples {
    private let samples: SampleSource
    private let labels: LabelSource?

    /// Throws `SampleFault`, or `ComparisonFault.labelCount` where the file has not one label for each sample.
    init(_ path: String, labels labelPath: String?, inputs: [ValueInfo], limit: Int?) throws {
        samples = try SampleSource.open(path, inputs: inputs, limit: limit)
        labels = try labelPath.map(LabelSource.open)
        if let labels {
            let all = limit == nil ? samples.count : try SampleSource.open(path, inputs: inputs).count
            guard labels.count == all else { throw ComparisonFault.labelCount(labels.count, samples: all) }
        }
    }

    var count: Int { samples.count }

    func next() throws -> Sample? {
        guard var sample = try samples.next() else { return nil }
        if let labels { sample.labels = try labels.next(sample.count) }
        return sample
    }
}
