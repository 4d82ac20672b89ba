#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import GraphIR

/// What is learned, as one vector: the logarithm of each activation grid's scale relative to what it was, and for each
/// value whose channels may be divided the logarithm of what every channel is multiplied by.
struct ScaleParameters: Sendable {
    private static let rates = (scale: 0.003, factor: 0.02)
    private static let scaleBounds: ClosedRange<Float> = -1.5...0.7
    private static let factorBounds: ClosedRange<Float> = -4...4

    var values: [Float] = []
    /// By how much one step moves each value, at first.
    private(set) var rates: [Double] = []
    /// By group of values.
    private(set) var scales: [String: Int] = [:]
    /// By value.
    private(set) var factors: [String: Range<Int>] = [:]
    private var bounds: [ClosedRange<Float>] = []

    /// Adds the scale of a group's grid.
    mutating func addScale(of group: String) {
        scales[group] = values.count
        add(Self.rates.scale, Self.scaleBounds)
    }

    /// Adds the factors of a value; `most`, one a channel, where it passes a Clip that must not cut more than before.
    mutating func addFactors(of value: String, channels: Int, most: [Float]?) {
        factors[value] = values.count..<values.count + channels
        for channel in 0..<channels {
            add(Self.rates.factor, most.map { 0...max(log($0[channel]), 0) } ?? Self.factorBounds)
        }
    }

    private mutating func add(_ rate: Double, _ range: ClosedRange<Float>) {
        values.append(0)
        rates.append(rate)
        bounds.append(range)
    }

    /// Brings every value back within its bounds.
    mutating func clamp() {
        for index in values.indices {
            values[index] = min(max(values[index], bounds[index].lowerBound), bounds[index].upperBound)
        }
    }

    /// What the scale of a group's grid is multiplied by.
    func scale(_ group: String) -> Float { scales[group].map { exp(values[$0]) } ?? 1 }

    /// What the channels of a value are multiplied by; `nil` where nothing is learned of them.
    func multipliers(_ value: String) -> [Float]? { factors[value].map { values[$0].map { exp($0) } } }
}
