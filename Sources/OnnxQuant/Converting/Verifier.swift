internal import Calibration
internal import GraphIR
internal import Interpreter
internal import Passes
internal import Reporting

/// Compares the integer run of a quantized model with the float model as it came.
///
/// The folded model's outputs, known from calibration, stand for the original's where the original, run on the first
/// samples, gives the same up to a noise far below that of 8 bits. Where it does not, it is run on all of them.
struct Verifier {
    /// In dB. 8-bit values keep less than 50.
    private static let leastAgreement = 80.0

    let original: Model
    let quantized: Model
    let reference: FloatReference
    /// Opens the samples that the reference was made of.
    let open: (_ limit: Int, _ batch: Int) throws -> SampleSource

    /// One result for each output. Throws what running and sampling throw.
    func run(progress: (Double) -> Void) throws -> [OutputFidelity] {
        let nextSample = try samples()
        var next = try nextSample()
        let original = try originalWhereFoldingShows(next)
        let integer = try Session(quantized, mode: .integer)
        var judge = try OutputJudge(
            float: self.original.graph.outputs.map(\.name), quantized: integer.outputNames)
        var done = 0
        for kept in reference.runs {
            guard let sample = next else { break }
            try judge.add(
                float: original?.run(sample.values) ?? kept, quantized: integer.run(sample.values),
                samples: sample.hasSampleAxis ? sample.count : 1)
            done += sample.count
            progress(Double(done) / Double(reference.samples))
            next = try nextSample()
        }
        return judge.results
    }

    /// Gives the samples one after the other, those kept or from the file.
    private func samples() throws -> () throws -> Sample? {
        guard let inputs = reference.inputs else { return try open(reference.samples, reference.batch).next }
        var rest = inputs[...]
        return { rest.popFirst() }
    }

    /// The original, ready to run, where it does not give what the folded model gave on the first sample; else `nil`.
    private func originalWhereFoldingShows(_ sample: Sample?) throws -> Session? {
        var model = original
        _ = try InlineFunctions().run(&model)
        if RunnableModel.needsPreparing(model) { try RunnableModel.prepare(&model) }
        let session = try Session(model)
        guard let sample, let kept = reference.runs.first else { return session }
        let samples = isBatchFree ? sample.count : 1
        var judge = try OutputJudge(float: session.outputNames, quantized: session.outputNames)
        try judge.add(
            float: session.run(sample.values.mapValues { $0.first(of: samples) }),
            quantized: kept.mapValues { $0.first(of: samples) }, samples: 1)
        return judge.results.allSatisfy { $0.sqnr >= Self.leastAgreement } ? nil : session
    }

    /// Whether samples ran together by choice, and came apart again in every output.
    private var isBatchFree: Bool {
        original.graph.requiredInputs.allSatisfy { ($0.shape?.dimensions.first?.value ?? -1) < 0 }
    }
}

extension Tensor {
    /// What belongs to the first of some samples, which lie along the leading axis.
    fileprivate func first(of samples: Int) -> Tensor {
        guard samples > 1, let count = extents.first else { return self }
        let rest = bytes.withUnsafeBytes { ArrayBytes([UInt8]($0.prefix($0.count / samples))) }
        return Tensor(elementType, [count / samples] + extents.dropFirst(), bytes: rest)
    }
}
