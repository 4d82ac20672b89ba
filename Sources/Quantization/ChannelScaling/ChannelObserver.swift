internal import Calibration
internal import GraphIR
internal import Interpreter
internal import Kernels

/// What was seen of each channel of a value: its extremes, and the channels of some positions.
struct ChannelStatistics {
    private static let mostElements = 1 << 21

    private(set) var low: [Float] = []
    private(set) var high: [Float] = []
    /// The channels of positions spread evenly over what was seen, row after row.
    private(set) var rows: [Float] = []
    private let runs: Int
    private let axis: Int

    /// Of each of `runs` tensors an equal number of positions is kept; channels lie along `axis`.
    init(axis: Int, runs: Int) {
        self.axis = axis
        self.runs = max(runs, 1)
    }

    /// The positions kept: [positions, channels].
    var matrix: Matrix {
        let result = Matrix(rows: low.isEmpty ? 0 : rows.count / low.count, columns: low.count)
        for index in rows.indices { result.elements[index] = rows[index] }
        return result
    }

    /// Adds a float32 tensor. O(n).
    mutating func add(_ view: TensorView) {
        guard view.elementType == .float32, view.extents.count >= 2 else { return }
        let axis = axis < 0 ? view.extents.count + axis : axis
        let channels = view.extents[axis], inner = view.extents[(axis + 1)...].reduce(1, *)
        let outer = view.extents[..<axis].reduce(1, *)
        if low.isEmpty {
            low = Array(repeating: 0, count: channels)
            high = low
        }
        guard low.count == channels, outer * inner > 0 else { return }
        let values = view.bytes.bindMemory(to: Float.self)
        for block in 0..<outer {
            for channel in 0..<channels {
                let start = (block * channels + channel) * inner
                let seen = Extremes(UnsafeBufferPointer(rebasing: values[start..<start + inner]))
                guard let range = seen.range else { continue }
                low[channel] = min(low[channel], range.lowerBound)
                high[channel] = max(high[channel], range.upperBound)
            }
        }
        let count = min(max(Self.mostElements / channels / runs, 1), outer * inner)
        for row in 0..<count {
            let position = (2 * row + 1) * outer * inner / (2 * count)
            let first = position / inner * channels * inner + position % inner
            for channel in 0..<channels { rows.append(values[first + channel * inner]) }
        }
    }

    /// What was seen of values, whose channels lie along the axis given. Throws the errors of running.
    static func collect(
        _ model: Model, axes: [String: Int], samples: some Collection<Sample>
    ) throws -> [String: ChannelStatistics] {
        var result = axes.mapValues { ChannelStatistics(axis: $0, runs: samples.count) }
        let session = try Session(model, observing: Set(axes.keys))
        for sample in samples {
            _ = try session.run(sample.values) { name, view in result[name]?.add(view) }
        }
        return result
    }
}
