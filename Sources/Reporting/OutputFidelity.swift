/// How close one output of the quantized model comes to the float model's, over all samples.
public struct OutputFidelity: Codable, Sendable, Equatable {
    public var name: String
    /// Signal to quantization noise ratio over the values of all samples, in dB; infinite where nothing differs, no
    /// number where no sample could be compared.
    public var sqnr: Double
    /// Cosine of the angle between the two, computed sample by sample: the mean and the least.
    public var cosineMean: Double
    public var cosineMin: Double
    /// The largest absolute difference of two values.
    public var largestError: Double
    /// In how many samples the quantized model gave another shape, as where a loop ends elsewhere or more boxes are
    /// found; the other figures leave them out. `nil` for none.
    public var otherShape: Int?

    /// The SQNR that limits are held against: no number where a sample could not be compared.
    public var guaranteedSQNR: Double { otherShape == nil ? sqnr : .nan }
    /// The mean cosine that limits are held against: no number where a sample could not be compared.
    public var guaranteedCosine: Double { otherShape == nil ? cosineMean : .nan }

    enum CodingKeys: String, CodingKey {
        case name
        case otherShape = "other_shape"
        case sqnr = "sqnr_db"
        case cosineMean = "cosine_mean"
        case cosineMin = "cosine_min"
        case largestError = "max_abs_err"
    }

    public init(
        name: String, sqnr: Double, cosineMean: Double, cosineMin: Double, largestError: Double,
        otherShape: Int? = nil
    ) {
        self.name = name
        self.sqnr = sqnr
        self.cosineMean = cosineMean
        self.cosineMin = cosineMin
        self.largestError = largestError
        self.otherShape = otherShape
    }
}

/// Gathers an `OutputFidelity` sample by sample, in memory that does not grow with their number.
public struct OutputComparison: Sendable {
    public let name: String
    /// The samples compared, and those in which the two have different shapes.
    public private(set) var samples = 0, otherShape = 0
    private var total = Fidelity()
    private var cosineSum = 0.0
    private var cosineMin = Double.infinity

    public init(name: String) { self.name = name }

    /// Adds the values of `count` samples that lie one after the other, as many of both models. `count` divides their
    /// number. O(n).
    public mutating func add(reference: [Float], measured: [Float], samples count: Int = 1) {
        precondition(count > 0 && reference.count % count == 0, "samples of different size")
        let size = reference.count / count
        for start in stride(from: 0, to: count * size, by: max(size, 1)) {
            var sample = Fidelity()
            sample.add(reference: reference[start..<start + size], measured: measured[start..<start + size])
            add(sample)
        }
    }

    /// Adds one sample measured already.
    public mutating func add(_ sample: Fidelity) {
        total.add(sample)
        cosineSum += sample.cosine
        // `min` would drop a NaN that comes first.
        cosineMin = sample.cosine.isNaN || sample.cosine < cosineMin ? sample.cosine : cosineMin
        samples += 1
    }

    /// Counts `samples` in which the two have different shapes.
    public mutating func addOtherShape(samples: Int) { otherShape += samples }

    /// What was gathered; of no sample at all: nothing differs.
    public var result: OutputFidelity {
        if samples == 0, otherShape > 0 {
            return OutputFidelity(
                name: name, sqnr: .nan, cosineMean: .nan, cosineMin: .nan, largestError: .nan, otherShape: otherShape)
        }
        return OutputFidelity(
            name: name, sqnr: total.sqnr, cosineMean: samples == 0 ? 1 : cosineSum / Double(samples),
            cosineMin: samples == 0 ? 1 : cosineMin, largestError: total.largestError,
            otherShape: otherShape == 0 ? nil : otherShape)
    }
}
