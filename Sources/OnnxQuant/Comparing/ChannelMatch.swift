internal import GraphIR
internal import Reporting

/// Finds values whose channels a quantizer has divided by factors, as cross-layer equalization does: the network computes
/// the same, but not the same numbers under the same names.
///
/// Each channel's factor is the least-squares fit of the float values by the quantized ones.
struct ChannelMatch {
    /// How many times less error the fitted values must leave than the values as they are.
    private static let leastGain = 4.0

    /// What a value is multiplied by, channel by channel, to be the float model's.
    struct Factors {
        let channels: Channels
        let factors: [Float]

        func multiplied(_ numbers: [Float]) -> [Float] { scaled(numbers) { $0 * $1 } }
        func divided(_ numbers: [Float]) -> [Float] { scaled(numbers) { $0 / $1 } }

        private func scaled(_ numbers: [Float], _ body: (Float, Float) -> Float) -> [Float] {
            var result = numbers
            channels.forEachRun(of: numbers.count) { channel, run in
                for index in run { result[index] = body(numbers[index], factors[channel]) }
            }
            return result
        }
    }

    private var channels: Channels?
    private var floats: [Double] = []
    private var mixed: [Double] = []
    private var measured: [Double] = []

    /// Adds a value of one run. O(n).
    mutating func add(reference: [Float], measured got: [Float], extents: [Int]) {
        guard let own = Channels(extents), channels == nil || channels?.count == own.count else { return }
        if channels == nil {
            (floats, mixed, measured) = (own.zeros, own.zeros, own.zeros)
        }
        channels = own
        own.forEachRun(of: min(reference.count, got.count)) { channel, run in
            var sums = (floats: 0.0, mixed: 0.0, measured: 0.0)
            for index in run where reference[index].isFinite && got[index].isFinite {
                let x = Double(reference[index]), y = Double(got[index])
                sums.floats += x * x
                sums.mixed += x * y
                sums.measured += y * y
            }
            floats[channel] += sums.floats
            mixed[channel] += sums.mixed
            measured[channel] += sums.measured
        }
    }

    /// The factors; `nil` where the value is not divided.
    var factors: Factors? {
        guard let channels, channels.count > 1 else { return nil }
        var error = 0.0, fitted = 0.0
        let factors = floats.indices.map { c -> Float in
            error += floats[c] - 2 * mixed[c] + measured[c]
            let factor = mixed[c] > 0 && measured[c] > 0 ? mixed[c] / measured[c] : 1
            fitted += floats[c] - 2 * factor * mixed[c] + factor * factor * measured[c]
            return Float(factor)
        }
        guard error > Self.leastGain * fitted, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        return Factors(channels: channels, factors: factors)
    }
}

/// Which channel an element of a tensor belongs to: along axis 1 of four and more dimensions, else along the last.
struct Channels {
    let count: Int
    private let inner: Int

    /// `nil` for a tensor without elements or dimensions.
    init?(_ extents: [Int]) {
        guard !extents.isEmpty else { return nil }
        let axis = extents.count >= 4 ? 1 : extents.count - 1
        count = extents[axis]
        inner = extents[(axis + 1)...].reduce(1, *)
        guard count > 0, inner > 0 else { return nil }
    }

    var zeros: [Double] { Array(repeating: 0, count: count) }

    /// The runs of `count` elements that belong to one channel each, in order.
    func forEachRun(of elements: Int, _ body: (_ channel: Int, Range<Int>) -> Void) {
        var channel = 0
        for begin in stride(from: 0, to: elements, by: inner) {
            body(channel, begin..<min(begin + inner, elements))
            channel = channel + 1 == count ? 0 : channel + 1
        }
    }
}
