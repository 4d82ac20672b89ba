#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How close a sequence of values comes to its reference, gathered piece by piece in double precision.
public struct Fidelity: Sendable {
    /// Sum of squares of the reference, of the difference and of the measured values, and their inner product.
    public private(set) var signal = 0.0, noise = 0.0, measured = 0.0, product = 0.0
    public private(set) var largestError = 0.0
    public private(set) var count = 0

    public init() {}

    fileprivate init(
        signal: Double, noise: Double, measured: Double, product: Double, largestError: Double, count: Int
    ) {
        (self.signal, self.noise, self.measured, self.product) = (signal, noise, measured, product)
        (self.largestError, self.count) = (largestError, count)
    }

    /// Adds one pair of values.
    public mutating func add(reference: Double, measured value: Double) {
        let difference = reference - value
        signal += reference * reference
        noise += difference * difference
        measured += value * value
        product += reference * value
        raiseLargestError(to: difference.magnitude)
        count += 1
    }

    /// Adds two equally long sequences.
    public mutating func add(reference: [Float], measured: [Float]) {
        add(reference: reference[...], measured: measured[...])
    }

    /// Adds two equally long sequences, in eight interleaved sums.
    public mutating func add(reference: ArraySlice<Float>, measured: ArraySlice<Float>) {
        precondition(reference.count == measured.count, "sequences of different length")
        let rest = reference.count % Lanes.width
        reference.withUnsafeBytes { r in
            measured.withUnsafeBytes { m in
                var lanes = Lanes()
                for place in stride(from: 0, to: r.count - rest * 4, by: Lanes.width * 4) {
                    lanes.add(
                        reference: r.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self),
                        measured: m.loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self))
                }
                add(lanes.sum(count: reference.count - rest))
            }
        }
        for (r, m) in zip(reference.suffix(rest), measured.suffix(rest)) {
            add(reference: Double(r), measured: Double(m))
        }
    }

    /// Adds what another sequence gathered.
    public mutating func add(_ other: Fidelity) {
        signal += other.signal
        noise += other.noise
        measured += other.measured
        product += other.product
        raiseLargestError(to: other.largestError)
        count += other.count
    }

    /// As `max`, which would drop a NaN.
    private mutating func raiseLargestError(to error: Double) {
        if error > largestError || error.isNaN { largestError = error }
    }

    /// Signal to quantization noise ratio in dB; infinite where nothing differs.
    public var sqnr: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }

    /// Cosine of the angle between the two; 1 where both are zero.
    public var cosine: Double {
        if signal == 0 && measured == 0 { return 1 }
        return product / ((signal * measured).squareRoot() + 1e-30)
    }
}

/// The sums of every eighth value.
private struct Lanes {
    static let width = 8
    var signal = SIMD8<Double>(), noise = SIMD8<Double>(), measured = SIMD8<Double>(), product = SIMD8<Double>()
    var largest = SIMD8<Double>()

    mutating func add(reference: SIMD8<Float>, measured value: SIMD8<Float>) {
        let reference = SIMD8<Double>(reference), value = SIMD8<Double>(value), difference = reference - value
        signal += reference * reference
        noise += difference * difference
        measured += value * value
        product += reference * value
        let magnitude = difference.replacing(with: -difference, where: difference .< 0)
        largest.replace(with: magnitude, where: magnitude .> largest)
    }

    /// A difference that is not a number shows in the noise only.
    func sum(count: Int) -> Fidelity {
        let noise = noise.sum()
        return Fidelity(
            signal: signal.sum(), noise: noise, measured: measured.sum(), product: product.sum(),
            largestError: noise.isNaN ? .nan : largest.max(), count: count)
    }
}
