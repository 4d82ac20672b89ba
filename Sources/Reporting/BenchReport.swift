/// How long a model takes to run.
public struct BenchReport: Codable, Sendable, Equatable {
    /// Tells this report from others.
    public private(set) var command = "bench"
    /// The version of onnxq.
    public var version: String
    public var model: ModelFile
    /// `literal` or `integer`.
    public var mode: String
    public var inputs: [ValueSummary]
    public var threads: Int
    public private(set) var runs: Int
    /// Wall-clock milliseconds of one run.
    public private(set) var medianMilliseconds: Double
    public private(set) var leastMilliseconds: Double
    /// Milliseconds between the first and the third quartile.
    public private(set) var spreadMilliseconds: Double
    public var multiplyAccumulates: MultiplyAccumulateShare
    /// 10^9 operations a second at the median, a multiply-accumulate counted as two.
    public private(set) var gigaOperationsPerSecond: Double
    /// What a single large convolution reaches here.
    public var peak: PeakOperations
    /// The time the multiply-accumulates would take at the peak, as a part of the median: 0...1.
    public private(set) var shareOfPeak: Double
    /// `nil` where it was not asked for.
    public var profile: Profile?

    enum CodingKeys: String, CodingKey {
        case command, version, model, mode, inputs, threads, runs
        case medianMilliseconds = "median_ms"
        case leastMilliseconds = "min_ms"
        case spreadMilliseconds = "spread_ms"
        case multiplyAccumulates = "multiply_accumulates"
        case gigaOperationsPerSecond = "giga_operations_per_second"
        case peak
        case shareOfPeak = "share_of_peak"
        case profile
    }

    /// `milliseconds` has the time of every run, at least one.
    public init(
        version: String, model: ModelFile, mode: String, inputs: [ValueSummary], threads: Int, milliseconds: [Double],
        multiplyAccumulates: MultiplyAccumulateShare, peak: PeakOperations, profile: Profile? = nil
    ) {
        precondition(!milliseconds.isEmpty, "no run was timed")
        self.version = version
        self.model = model
        self.mode = mode
        self.inputs = inputs
        self.threads = threads
        runs = milliseconds.count
        let sorted = milliseconds.sorted()
        medianMilliseconds = sorted.quantile(0.5)
        leastMilliseconds = sorted[0]
        spreadMilliseconds = sorted.quantile(0.75) - sorted.quantile(0.25)
        self.multiplyAccumulates = multiplyAccumulates
        let operations = 2 * Double(multiplyAccumulates.total)
        gigaOperationsPerSecond = medianMilliseconds > 0 ? operations / medianMilliseconds / 1e6 : 0
        self.peak = peak
        shareOfPeak = medianMilliseconds > 0 ? peak.leastMilliseconds(multiplyAccumulates) / medianMilliseconds : 0
        self.profile = profile
    }
}

extension [Double] {
    /// The value below which `share` of these ascending numbers lie, interpolated between neighbours.
    fileprivate func quantile(_ share: Double) -> Double {
        let position = share * Double(count - 1)
        let below = Int(position)
        let above = Swift.min(below + 1, count - 1)
        return self[below] + (position - Double(below)) * (self[above] - self[below])
    }
}
