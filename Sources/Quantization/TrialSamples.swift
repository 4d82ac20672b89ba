public import Calibration

/// Which samples of a source the steps toward accuracy work on: all, or where they are too many to hold in memory some,
/// spread evenly. Beside the weights of a large model they must not show.
public struct TrialSamples: Sendable {
    /// What they may take in memory, and what a few may.
    private static let mostBytes = 1 << 24, mostBytesOfFew = 1 << 25
    private static let few = 32
    /// Kept however large they are.
    private static let least = 16

    /// How many times the source gives samples, and how many of these are kept.
    private let given: Int
    public let count: Int
    private let atOnce: Int

    public init(of source: SampleSource) {
        self.init(samples: source.count, atOnce: source.atOnce, sampleBytes: source.sampleBytes)
    }

    init(samples: Int, atOnce: Int, sampleBytes: Int) {
        self.atOnce = max(atOnce, 1)
        given = (samples + self.atOnce - 1) / self.atOnce
        let atOnce = self.atOnce
        func room(_ bytes: Int) -> Int { bytes / max(sampleBytes, 1) / atOnce }
        count = min(given, max(room(Self.mostBytes), min(room(Self.mostBytesOfFew), Self.few), Self.least))
    }

    /// The place of what the source gives from its sample number `first` on among all that are kept; `nil` where it is not.
    public func place(of first: Int) -> Int? {
        let number = first / atOnce, place = number * count / max(given, 1)
        return place < count && (place * given + count - 1) / count == number ? place : nil
    }
}
