internal import Calibration
internal import GraphIR
public import Interpreter

/// Runs a model on every sample at a path and writes what it gives.
public enum ModelRun {
    /// `output` is a `.npz`, which gets one array for each model output with a leading sample axis, or a folder,
    /// which gets `output_<i>.pb` for each, in `test_data_set_<n>/` where there are several samples. It appears whole
    /// or not at all. Returns the number of samples. Throws whatever `describe` has words for.
    @discardableResult
    public static func run(
        model path: String, samples: String, output: String, mode: ExecutionMode = .literal,
        progress: Progress = { _, _ in }
    ) throws -> Int {
        let model = try RunnableModel(path: path).executable(in: mode)
        let session = try Session(model, mode: mode)
        let source = try SampleSource.open(samples, inputs: session.inputs, tensorsAsTheyAre: true)
        let names = model.graph.outputs.map(\.name)
        let writer: any OutputWriter =
            output.hasSuffix(".npz")
            ? try ArchiveWriter(output, names: names, samples: source.count)
            : try TensorFolderWriter(output, names: names, samples: source.count)
        var done = 0
        while let sample = try source.next() {
            try writer.add(try session.run(sample.values), of: sample)
            done += sample.count
            progress(.running, Double(done) / Double(source.count))
        }
        try writer.finish()
        return done
    }
}

/// Takes what a model gives, sample after sample.
protocol OutputWriter: AnyObject {
    func add(_ outputs: [String: Tensor], of sample: Sample) throws
    /// Makes everything appear.
    func finish() throws
}
