#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Steps of gradient descent whose length does not depend on the gradient's size.
///
/// - Source: Kingma and Ba, arXiv 1412.6980, algorithm 1.
struct Adam {
    private static let decay = (first: 0.9, second: 0.99)
    private var first: [Double]
    private var second: [Double]
    private var steps = 0

    init(count: Int) {
        first = Array(repeating: 0, count: count)
        second = first
    }

    /// Moves each value against its slope by about its rate. O(n).
    mutating func step(_ values: inout [Float], slopes: [Double], rates: [Double]) {
        steps += 1
        let bias = (1 - pow(Self.decay.first, Double(steps)), 1 - pow(Self.decay.second, Double(steps)))
        for index in values.indices where slopes[index].isFinite {
            first[index] += (1 - Self.decay.first) * (slopes[index] - first[index])
            second[index] += (1 - Self.decay.second) * (slopes[index] * slopes[index] - second[index])
            let size = (second[index] / bias.1).squareRoot() + 1e-12
            values[index] -= Float(rates[index] * first[index] / bias.0 / size)
        }
    }
}
