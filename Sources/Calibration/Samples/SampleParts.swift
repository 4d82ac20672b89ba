/// Samples in parts of equal length, one after the other, so that each can be left out in turn.
public struct SampleParts: Sendable {
    private let samples: Int
    public let count: Int

    /// `samples` in as many `parts`, one at least.
    public init(samples: Int, parts: Int) {
        self.samples = max(samples, 1)
        count = max(parts, 1)
    }

    /// The part of samples that are run together, the first of them number `first`, from 0.
    public func part(of first: Int) -> Int { min(first * count / samples, count - 1) }
}
