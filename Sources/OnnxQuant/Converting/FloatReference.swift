internal import Calibration
internal import GraphIR

/// What the folded float model gave on the first samples, kept while calibrating so that it need not be computed again.
struct FloatReference {
    private static let mostSamples = 16
    private static let mostBytes = 1 << 24

    /// The outputs of the first runs, in order.
    private(set) var runs: [[String: Tensor]] = []
    /// What the runs were on; `nil` where the samples would take too much memory or are soon read again.
    private(set) var inputs: [Sample]?
    /// How many samples they have in all, and at most in a run.
    private(set) var samples = 0
    private(set) var batch = 1
    private var bytes = 0
    private var inputBytes = 0

    /// `keepingInputs` where samples cost much to read.
    init(keepingInputs: Bool = false) { inputs = keepingInputs ? [] : nil }

    /// Keeps the outputs of a run on `sample`, before which `done` samples were run, unless they are too many. A run on
    /// the first sample starts again.
    mutating func keep(_ outputs: [String: Tensor], of sample: Sample, after done: Int) {
        if done == 0 { self = FloatReference(keepingInputs: inputs != nil) }
        let size = outputs.byteCount
        let hasRoom = samples + sample.count <= Self.mostSamples && bytes + size <= Self.mostBytes
        guard done == samples, hasRoom || runs.isEmpty else { return }
        runs.append(outputs)
        samples += sample.count
        batch = max(batch, sample.count)
        bytes += size
        inputBytes += sample.values.byteCount
        inputs?.append(sample)
        if inputBytes > Self.mostBytes { inputs = nil }
    }
}

extension [String: Tensor] {
    fileprivate var byteCount: Int { values.reduce(0) { $0 + $1.bytes.count } }
}
