/// The limits a user sets for `check`; `nil` where none is set.
public struct Limits: Sendable, Equatable {
    /// The least SQNR of every output, in dB.
    public var leastSQNR: Double?
    /// The least mean cosine of every output.
    public var leastCosine: Double?
    /// The most percentage points of top-1 accuracy that may be lost.
    public var mostTop1Drop: Double?

    public init(leastSQNR: Double? = nil, leastCosine: Double? = nil, mostTop1Drop: Double? = nil) {
        self.leastSQNR = leastSQNR
        self.leastCosine = leastCosine
        self.mostTop1Drop = mostTop1Drop
    }

    /// The limits against the worst that any mode and output shows. A limit on top-1 accuracy counts where it was
    /// measured. A sample whose output has another shape misses those on outputs.
    public func tolerances(modes: [CheckReport.ModeResult], top1Float: Double?) -> [Tolerance] {
        let outputs = modes.flatMap { mode in
            mode.outputs.map { output in
                let other = output.otherShape.map { ", another shape in \(NumberText.amount($0, "sample"))" } ?? ""
                return (fidelity: output, place: "\(mode.mode) mode, output '\(output.name)'\(other)")
            }
        }
        var result: [Tolerance] = []
        if let leastSQNR, let worst = leastOrNaN(outputs.map { ($0.fidelity.guaranteedSQNR, $0.place) }) {
            result.append(Tolerance("min-sqnr", atLeast: leastSQNR, value: worst.value, at: worst.place))
        }
        if let leastCosine, let worst = leastOrNaN(outputs.map { ($0.fidelity.guaranteedCosine, $0.place) }) {
            result.append(Tolerance("min-cosine", atLeast: leastCosine, value: worst.value, at: worst.place))
        }
        if let mostTop1Drop, let top1Float {
            let accuracies = modes.compactMap { mode in mode.top1Quantized.map { ($0, "\(mode.mode) mode") } }
            if let worst = leastOrNaN(accuracies) {
                result.append(Tolerance(
                    "max-top1-drop", atMost: mostTop1Drop, value: top1Float - worst.value, at: worst.place))
            }
        }
        return result
    }
}

/// The least value and where it was measured; one that is no number counts as least of all.
private func leastOrNaN(_ values: [(value: Double, place: String)]) -> (value: Double, place: String)? {
    values.first { $0.value.isNaN } ?? values.min { $0.value < $1.value }
}
