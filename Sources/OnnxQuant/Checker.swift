internal import Calibration
internal import GraphIR
internal import Interpreter
public import Reporting

/// What `check` is asked to do.
public struct CheckRequest: Sendable {
    /// The paths of the float model and of the quantized one.
    public var float: String
    public var quantized: String
    /// The path of the samples.
    public var samples: String
    /// A `.npy` or `.npz` with labels; `nil` where the samples bring their own or have none.
    public var labels: String?
    /// The most samples to use; `nil` for all.
    public var sampleLimit: Int?
    public var limits = Limits()

    public init(float: String, quantized: String, samples: String) {
        self.float = float
        self.quantized = quantized
        self.samples = samples
    }
}

/// Runs a float model and its quantized form, this one in every mode, over samples and compares their outputs.
public struct Checker {
    private let float: Session
    private let modes: [(mode: ExecutionMode, session: Session)]
    private var judges: [OutputJudge]
    private var accuracy: [AccuracyCount]

    /// One pass over the samples, in memory that does not grow with their number. Throws what reading models and
    /// samples, running and comparing throw; `describe` words it.
    public static func run(_ request: CheckRequest, progress: Progress = { _, _ in }) throws -> CheckReport {
        progress(.reading, 0)
        let float = try RunnableModel(path: request.float), quantized = try RunnableModel(path: request.quantized)
        var checker = try Checker(float.model, quantized.model)
        let samples = try LabelledSamples(
            request.samples, labels: request.labels, inputs: checker.float.inputs, limit: request.sampleLimit)
        var done = 0
        while let sample = try samples.next() {
            try checker.add(sample)
            done += sample.count
            guard request.limits.mostTop1Drop == nil || checker.accuracy[0].samples == done else {
                throw ComparisonFault.noAccuracy
            }
            progress(.measuring, Double(done) / Double(samples.count))
        }
        for judge in checker.judges { try judge.checkComparable() }
        let top1Float = checker.accuracy[0].percent(\.float, of: done)
        let modes = checker.results(samples: done)
        return CheckReport(
            version: onnxqVersion, float: float.file, quantized: quantized.file, samples: done, top1Float: top1Float,
            modes: modes, tolerances: request.limits.tolerances(modes: modes, top1Float: top1Float))
    }

    private init(_ float: Model, _ quantized: Model) throws {
        self.float = try Session(float)
        modes = try ExecutionMode.allCases.map { ($0, try Session(quantized, mode: $0)) }
        let floatOutputs = self.float.outputNames
        judges = try modes.map { try OutputJudge(float: floatOutputs, quantized: $0.session.outputNames) }
        accuracy = modes.map { _ in AccuracyCount() }
    }

    private mutating func add(_ sample: Sample) throws {
        let expected = try float.run(sample.values)
        let rows = sample.hasSampleAxis ? sample.count : 1
        for (index, mode) in modes.enumerated() {
            let got = try mode.session.run(sample.values)
            try judges[index].add(float: expected, quantized: got, samples: rows)
            if let name = float.outputNames.first, let classes = expected[name] {
                accuracy[index].add(
                    labels: sample.labels, float: classes,
                    quantized: got[judges[index].quantizedName(of: name)])
            }
        }
    }

    private func results(samples: Int) -> [CheckReport.ModeResult] {
        modes.indices.map { index in
            CheckReport.ModeResult(
                mode: modes[index].mode.rawValue, outputs: judges[index].results,
                top1Quantized: accuracy[index].percent(\.quantized, of: samples),
                agreement: accuracy[index].percent(\.agreeing, of: samples))
        }
    }
}
