#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The squares of one value, of its error, and how many numbers they are of.
struct NoiseSums {
    private(set) var energy = 0.0, error = 0.0, count = 0

    init() {}

    /// Of a value of another size than expected everything is an error.
    init(expected: [Float], measured: [Float]) {
        count = expected.count
        let fits = measured.count == expected.count
        for (index, a) in expected.enumerated() where a.isFinite {
            let b = fits ? measured[index] : 0
            energy += Double(a) * Double(a)
            error += (Double(a) - Double(b)) * (Double(a) - Double(b))
        }
    }

    mutating func add(_ other: NoiseSums) {
        energy += other.energy
        error += other.error
        count += other.count
    }
}

extension [String: NoiseSums] {
    /// Of how many numbers a ratio is as certain as of more.
    private static var mostCounted: Int { 256 }

    /// Adds the sums of values by their names.
    mutating func add(_ other: Self) {
        for (name, sums) in other { self[name, default: NoiseSums()].add(sums) }
    }

    /// The noise-to-signal ratio in dB, its mean over the values.
    var decibels: Double {
        var sum = 0.0, weights = 0.0
        for (_, total) in sorted(by: { $0.key < $1.key }) where total.energy > 0 {
            let weight = Double(Swift.min(total.count, Self.mostCounted)).squareRoot()
            sum += weight * 10 * log10(Swift.max(total.error / total.energy, 1e-12))
            weights += weight
        }
        return weights > 0 ? sum / weights : 0
    }
}
