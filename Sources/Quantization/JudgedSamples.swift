/// The samples by which variants of a quantized model are judged: those held back, which no method fits its numbers to,
/// and, where outputs are few numbers, some of the others.
///
/// Samples differ from each other by more than variants do: a few held back mislead more than others flatter what was
/// fitted to them, which is means and sums over many positions (docs/accuracy.md).
public struct JudgedSamples: Sendable {
    /// One sample in so many is held back, at least one.
    static let heldBack = 4
    /// Of each output at least so many numbers are judged, where no more samples than this are needed.
    private static let leastNumbers = 1 << 13
    private static let mostSamples = 64

    /// The places of those that are fitted to as well, few, and of those held back behind them.
    private let others: [Int]
    private let heldBack: Range<Int>

    /// The places of the samples judged by, in their order.
    var samples: [Int] { others + heldBack }

    /// Of `count` samples, each with as many `numbers` in the smallest of its outputs.
    init(of count: Int, numbers: Int) {
        let first = Self.firstHeldBack(of: count)
        heldBack = first..<count
        let wanted = min((Self.leastNumbers + numbers - 1) / max(numbers, 1), Self.mostSamples)
        let number = min(max(wanted - heldBack.count, 0), first)
        others = (0..<number).map { $0 * first / number }
    }

    func contains(_ sample: Int) -> Bool { heldBack.contains(sample) || others.contains(sample) }

    /// The first of `count` samples that is held back; of a single one, that one though it is fitted to.
    public static func firstHeldBack(of count: Int) -> Int { min(fitted(of: count), max(count - 1, 0)) }

    /// How many of `count` samples are fitted to, the first ones.
    public static func fitted(of count: Int) -> Int { count < 2 ? count : count - max(count / heldBack, 1) }
}
