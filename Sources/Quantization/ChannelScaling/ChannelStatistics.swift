internal import GraphIR
internal import Kernels

/// What was seen of each channel of a value: its extremes, and the channels of some positions.
struct ChannelStatistics {
    /// The golden ratio's fraction, whose multiples fill 0 to 1 evenly.
    private static let step = 0.618_033_988_749_895

    private(set) var low: [Float] = []
    private(set) var high: [Float] = []
    /// The elements seen.
    var elements: Int { positions * low.count }
    /// The channels of positions, one in each of equal stretches of what was seen, row after row.
    private(set) var rows: [Float] = []
    /// All positions seen, kept or not.
    private(set) var positions = 0
    private let runs: Int
    private let axis: Int
    private let mostElements: Int
    /// Where in each stretch a position is taken, from 0 to 1. With channels last positions are those of a text, say, and
    /// the place varies from tensor to tensor: what is far out may always stand where none is taken.
    private var place = 0.5

    /// Of each of `runs` tensors an equal number of positions is kept, `mostElements` elements at most in all; channels
    /// lie along `axis`.
    init(axis: Int, runs: Int, mostElements: Int = 1 << 19) {
        self.axis = axis
        self.runs = max(runs, 1)
        self.mostElements = mostElements
    }

    /// What would have been seen with nothing below `floor`, which is not above zero. O(elements).
    func notBelow(_ floor: Float) -> ChannelStatistics {
        var result = self
        for index in result.low.indices { result.low[index] = max(result.low[index], floor) }
        for index in result.rows.indices { result.rows[index] = max(result.rows[index], floor) }
        return result
    }

    /// The positions kept: [positions, channels].
    var matrix: Matrix {
        let result = Matrix(rows: low.isEmpty ? 0 : rows.count / low.count, columns: low.count)
        _ = result.elements.update(fromContentsOf: rows)
        return result
    }

    /// The extremes of all channels as two positions: [2, channels].
    var extremes: Matrix {
        let result = Matrix(rows: 2, columns: low.count)
        for (index, value) in (low + high).enumerated() { result.elements[index] = value }
        return result
    }

    /// Adds a float32 tensor. O(n).
    mutating func add(_ view: TensorView) {
        guard view.elementType == .float32, view.extents.count >= 2 else { return }
        let axis = axis < 0 ? view.extents.count + axis : axis
        let channels = view.extents[axis]
        let isLast = axis == view.extents.count - 1 || (axis == 1 && view.layout == .channelsLast)
        guard view.layout == .planar || isLast, channels > 0 else { return }
        let inner = isLast ? 1 : view.extents[(axis + 1)...].reduce(1, *)
        let positions = view.elementCount / channels
        if low.isEmpty {
            low = Array(repeating: 0, count: channels)
            high = low
        }
        guard low.count == channels, positions > 0 else { return }
        let values = view.bytes.bindMemory(to: Float.self)
        if isLast {
            widen(byRowsOf: values)
        } else {
            widen(byPlanesOf: values, inner)
        }
        self.positions += positions
        let count = min(max(mostElements / channels / runs, 1), positions)
        if rows.isEmpty { rows.reserveCapacity(count * channels * runs) }
        defer { if self.axis < 0 { place = (place + Self.step).truncatingRemainder(dividingBy: 1) } }
        for row in 0..<count {
            let position = Int((Double(row) + place) * Double(positions) / Double(count))
            let first = position / inner * channels * inner + position % inner
            if inner == 1 {
                rows.append(contentsOf: values[first..<first + channels])
            } else {
                for channel in 0..<channels { rows.append(values[first + channel * inner]) }
            }
        }
    }

    private mutating func widen(byPlanesOf values: UnsafeBufferPointer<Float>, _ inner: Int) {
        for (plane, start) in stride(from: 0, to: values.count, by: inner).enumerated() {
            guard let range = Extremes(UnsafeBufferPointer(rebasing: values[start..<start + inner])).range else { continue }
            let channel = plane % low.count
            low[channel] = min(low[channel], range.lowerBound)
            high[channel] = max(high[channel], range.upperBound)
        }
    }

    private mutating func widen(byRowsOf values: UnsafeBufferPointer<Float>) {
        let channels = low.count
        low.withUnsafeMutableBufferPointer { low in
            high.withUnsafeMutableBufferPointer { high in
                for start in stride(from: 0, to: values.count, by: channels) {
                    for channel in 0..<channels {
                        let value = values[start + channel]
                        if value < low[channel] { low[channel] = value }
                        if value > high[channel], value < .infinity { high[channel] = value }
                    }
                }
            }
        }
    }
}
