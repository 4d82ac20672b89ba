/// What the parts of a source hold together.
struct SampleSurvey {
    private static let mostInBatch = 6
    private static let mostBytesInBatch = 1 << 19

    private(set) var count = 0
    /// Whether the model takes any number of samples at once.
    private(set) var isFree = true
    private(set) var fixedBatch = 1
    private(set) var sampleBytes = 0
    private(set) var isCompressed = false

    /// Throws `SampleFault.batch` where the samples of the part do not fill the model's fixed batch.
    mutating func add(_ reader: any SampleReader, place: String) throws {
        let (sum, overflow) = count.addingReportingOverflow(reader.count)
        guard !overflow else { throw SampleFault.malformed(place: place, "it claims too many samples") }
        count = sum
        fixedBatch = max(fixedBatch, reader.fixedBatch ?? 1)
        isFree = isFree && reader.fixedBatch == nil
        sampleBytes = max(sampleBytes, reader.sampleBytes)
        isCompressed = isCompressed || reader.isCompressed
        guard reader.count.isMultiple(of: fixedBatch) else {
            throw SampleFault.batch(place: place, count: reader.count, batch: fixedBatch)
        }
    }

    /// As many samples as `limit` says, rounded up to whole batches.
    func atMost(_ limit: Int) -> Int {
        limit < count ? min(count, (max(limit, 1) + fixedBatch - 1) / fixedBatch * fixedBatch) : count
    }

    /// A batch of `count` samples that spreads the cost of starting kernels and keeps activations small: one that
    /// leaves no rest where there is one, since another extent takes another plan.
    func smallBatch(_ count: Int) -> Int {
        let most = min(count, Self.mostInBatch, max(Self.mostBytesInBatch / max(sampleBytes, 1), 1))
        return (1...max(most, 1)).last { count.isMultiple(of: $0) && 2 * $0 > most } ?? most
    }
}
