public import Calibration
public import GraphIR
internal import Interpreter

/// Decides on samples left out which ranges serve the outputs best: those by the least squared error of each value, which
/// cut off what few samples reach, or others.
///
/// Ranges are found on all samples but a part of them and judged on that part, one part after the other. Those of all
/// samples, which will be written, must be better on these as well. Only what outputs give as it is can be judged so:
/// behind a Softmax, what is cut off hardly shows on some samples, and the precision of others counts.
public struct RangeChoice {
    /// The ranges of values, by their groups, that one method finds.
    public struct Ranges {
        public var byAll: [String: ClosedRange<Float>]
        /// Without each part of the samples.
        public var byOthers: [[String: ClosedRange<Float>]]

        public init(byAll: [String: ClosedRange<Float>], byOthers: [[String: ClosedRange<Float>]]) {
            (self.byAll, self.byOthers) = (byAll, byOthers)
        }
    }

    /// Each takes memory for what is seen in it.
    private static let partCount = 2
    private static let leastSamples = 32
    /// Of all parts together at most so many samples are run, and so many bytes of outputs kept.
    private static let mostSamples = 128
    private static let mostBytes = 1 << 24
    /// Fewer runs in each part tell nothing.
    private static let leastRunsOfPart = 2
    /// What must be gained, in dB: smaller differences are chance.
    private static let leastGain = 0.2

    public let parts: SampleParts
    private let samples: Int
    /// One of so many runs is kept.
    private var every = 1
    /// What the float model gave, by the number of the first sample of the run.
    private var references: [Int: [String: [Float]]] = [:]

    /// `nil` where the outputs of the graph are not judged as they are, or where there are too few samples.
    public init?(_ graph: Graph, samples: Int) {
        guard samples >= Self.leastSamples, JudgedValues.areOutputs(graph) else { return nil }
        parts = SampleParts(samples: samples, parts: Self.partCount)
        self.samples = samples
    }

    /// Keeps the outputs of a float run on `sample`, before which `done` samples were run, unless they are too many. A run on
    /// the first sample starts again. O(outputs).
    public mutating func keep(_ outputs: [String: Tensor], of sample: Sample, after done: Int) {
        let count = max(sample.count, 1)
        if done == 0 {
            references = [:]
            let bytes = outputs.values.reduce(1) { $0 + $1.elementCount * MemoryLayout<Float>.stride }
            let runs = (samples + count - 1) / count, most = max(min(Self.mostSamples / count, Self.mostBytes / bytes), 1)
            every = (runs + most - 1) / most
        }
        if done / count % every == 0 { references[done] = outputs.compactMapValues(\.floats) }
    }

    /// The variant with the ranges among `candidates` that serve best, and by how many dB better than the first ones, which
    /// it has: 0 or less where it keeps them. Grids that were chosen otherwise since stay. `nil` where outputs are too large
    /// to be kept of enough samples. Throws the errors of running and sampling.
    public func best(
        _ variant: OutputTrials.Variant, among candidates: [Ranges], _ target: Target, _ source: SampleSource
    ) throws -> (variant: OutputTrials.Variant, gain: Double)? {
        guard references.count >= Self.leastRunsOfPart * parts.count else { return nil }
        func grids(_ ranges: [String: ClosedRange<Float>]) -> [String: Grid] {
            ActivationGrids.choose(variant.placement, graph: variant.model.graph, ranges: ranges, target: target)
        }
        let kept = grids(candidates[0].byAll).filter { variant.grids[$0.key] == $0.value }
        func changed(_ ranges: [String: ClosedRange<Float>]) -> OutputTrials.Variant {
            var result = variant
            result.grids.merge(grids(ranges).filter { kept[$0.key] != nil }) { $1 }
            return result
        }
        func noise(_ ranges: [[String: ClosedRange<Float>]]) throws -> Double {
            try self.noise(source, models: ranges.count) {
                try Session(OutputTrials.written(changed(ranges[$0])).model, mode: .integer)
            }
        }
        let onOthers = try candidates.map { try noise($0.byOthers) }
        guard let best = onOthers.indices.dropFirst().min(by: { onOthers[$0] < onOthers[$1] }) else { return nil }
        var gain = onOthers[0] - onOthers[best]
        guard gain > Self.leastGain else { return (variant, min(gain, 0)) }
        // The extremes of more samples lie further out.
        gain = min(gain, try noise([candidates[0].byAll]) - noise([candidates[best].byAll]))
        return gain > 0 ? (changed(candidates[best].byAll), gain) : (variant, gain)
    }

    /// The noise-to-signal ratio in dB of the samples, each part of them run by the session of its own model, or all by that
    /// of the only one. One session is there at a time.
    private func noise(_ source: SampleSource, models: Int, _ session: (_ model: Int) throws -> Session) throws -> Double {
        var sums: [String: NoiseSums] = [:], current: (model: Int, session: Session)?, done = 0
        source.rewind()
        while let sample = try source.next() {
            defer { done += sample.count }
            guard let reference = references[done] else { continue }
            let model = min(parts.part(of: done), models - 1)
            if current?.model != model {
                current = nil
                current = (model, try session(model))
            }
            let outputs = try current?.session.run(sample.values) ?? [:]
            for (name, expected) in reference {
                sums.add([name: NoiseSums(expected: expected, measured: outputs[name]?.floats ?? [])])
            }
        }
        return sums.decibels
    }
}
