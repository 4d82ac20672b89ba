internal import Calibration
public import GraphIR
internal import Interpreter
public import Kernels

/// Watches the channels of the values whose channels may be divided, while a float model runs over samples.
public struct ChannelObserver {
    /// Once so many elements have been seen in at least so many samples, further ones are not looked at.
    private static let mostSeen = 1 << 26
    private static let leastSamples = 8
    /// The most elements kept of one value and of all.
    private static let mostKept = (one: 1 << 19, all: 1 << 25)

    private let axes: [String: Int]
    private let samples: Int
    private(set) var statistics: [String: ChannelStatistics]
    /// The sample that runs, and whether enough was seen before it.
    private var current = 0
    private var isDone = false

    /// For a model that runs over the first `samples` of all; the others are not looked at.
    public init(_ model: Model, _ placement: Placement, samples: Int) {
        self.init(ScalableValue.find(model, placement), samples: samples)
    }

    init(_ values: [ScalableValue], samples: Int) {
        axes = Dictionary(values.map { ($0.name, $0.axis) }) { first, _ in first }
        self.samples = samples
        let most = min(Self.mostKept.one, Self.mostKept.all / max(axes.count, 1))
        statistics = axes.mapValues { ChannelStatistics(axis: $0, runs: samples, mostElements: most) }
    }

    /// Adds a float32 value of one sample; samples come in their order. O(n).
    public mutating func add(_ name: String, _ view: TensorView, sample: Int) {
        guard sample < samples else { return }
        if sample != current {
            current = sample
            isDone = sample >= Self.leastSamples
                && statistics.values.reduce(0) { $0 + $1.elements } > Self.mostSeen
        }
        if !isDone { statistics[name]?.add(view) }
    }

    func covers(_ values: [ScalableValue]) -> Bool { values.allSatisfy { axes[$0.name] == $0.axis } }

    /// Runs `model` over samples for all values. Throws the errors of running.
    mutating func watch(_ model: Model, over samples: some Collection<Sample>) throws {
        let session = try Session(model, mode: .integer, observing: Set(axes.keys))
        for (index, sample) in samples.enumerated() where !isDone {
            _ = try session.run(sample.values) { name, view in add(name, view, sample: index) }
        }
    }
}
