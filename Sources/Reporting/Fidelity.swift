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

    /// Adds two equally long sequences.
    public mutating func add(reference: ArraySlice<Float>, measured: ArraySlice<Float>) {
        precondition(reference.count == measured.count, "sequences of different length")
        for (r, m) in zip(reference, measured) { add(reference: Double(r), measured: Double(m)) }
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
