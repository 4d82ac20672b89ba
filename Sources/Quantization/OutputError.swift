internal import Calibration
public import GraphIR
internal import Interpreter

/// How far a quantized model's outputs are from the float model's on some samples: the judge between variants of one.
/// `JudgedValues` says which of their values count.
public final class OutputError {
    /// The noise-to-signal ratio of the judged values in dB, its mean over the values.
    public struct Noise {
        /// On all samples judged by, and on those of them that are held back.
        public var whole, heldBack: Double
    }

    private let values: Set<String>
    /// Those held back come last.
    private let samples: [[String: Tensor]]
    private let heldBack: Int
    /// The float values of each sample.
    private let references: [[String: [Float]]]

    /// Judges by those of `samples` that `JudgedSamples` chooses. Runs `model` on them where `known` does not have its
    /// values for each. Throws the errors of running.
    public init(_ model: Model, samples: [[String: Tensor]], known: FloatValues? = nil) throws {
        values = JudgedValues.names(model.graph)
        let judged = try known?.complete ?? Self.floatValues(model, samples)
        self.samples = judged.map { samples[$0.sample] }
        heldBack = judged.count { $0.sample >= JudgedSamples.firstHeldBack(of: samples.count) }
        references = judged.map(\.values)
    }

    private static func floatValues(
        _ model: Model, _ samples: [[String: Tensor]]
    ) throws -> [(sample: Int, values: [String: [Float]])] {
        var result = FloatValues(model, samples: samples.count)
        let session = try Session(model, mode: .integer, observing: result.names)
        for (index, sample) in samples.enumerated() where result.isWanted(index) {
            _ = try session.run(sample) { result.add($0, $1, sample: index) }
        }
        return result.complete ?? []
    }

    private static func run(
        _ session: Session, _ sample: [String: Tensor], divided: [String: ChannelFactors] = [:]
    ) throws -> [String: [Float]] {
        var seen: [String: [Float]] = [:]
        _ = try session.run(sample) { name, view in
            let tensor = view.copy()
            seen[name] = (divided[name].map { tensor.multiplied(by: $0.factors, axis: $0.axis) } ?? tensor).floats
        }
        return seen
    }

    /// Channels of `divided` values are multiplied by their factors first. A value of another size is as far off as zeros.
    /// Throws the errors of running.
    public func measure(_ quantized: Model, divided: [String: ChannelFactors] = [:]) throws -> Noise {
        let session = try Session(quantized, mode: .integer, observing: values)
        let sums = try zip(samples, references).map { sample, reference in
            let outputs = try Self.run(session, sample, divided: divided)
            return reference.reduce(into: [String: NoiseSums]()) { sums, value in
                sums[value.key] = outputs[value.key].map { NoiseSums(expected: value.value, measured: $0) }
            }
        }
        return Noise(whole: Self.decibels(sums[...]), heldBack: Self.decibels(sums.suffix(heldBack)))
    }

    private static func decibels(_ samples: ArraySlice<[String: NoiseSums]>) -> Double {
        var totals: [String: NoiseSums] = [:]
        for sample in samples { totals.add(sample) }
        return totals.decibels
    }
}
