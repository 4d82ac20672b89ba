internal import GraphIR
public import Kernels

/// What was seen of one tensor over all samples, in a fixed number of bytes (about 33 KiB).
///
/// Bins are as wide as the least power of two at which `binCount` of them span all values, and lie at whole multiples
/// of that width. So widths double and pairs of bins merge as values outgrow the histogram, and the result depends on
/// the values alone, not on their order or on how they are shared out and merged again.
public struct TensorStatistics: Sendable, Equatable {
    public static let binCount = 4096

    /// The finite values seen.
    public private(set) var count = 0
    /// How many of them are exactly zero. They are in no bin: every grid has zero.
    public private(set) var zeros = 0
    /// NaN and infinities seen; they count nowhere else.
    public private(set) var notFinite = 0
    /// The least and greatest finite value; `nil` where none was seen.
    public private(set) var range: ClosedRange<Float>?
    /// A power of two; 0 while there are no bins.
    public private(set) var binWidth: Float = 0
    /// Bin `i` covers `firstBin + i` to `firstBin + i + 1` times `binWidth`, the lower end included.
    public private(set) var firstBin = 0
    public private(set) var bins: [UInt64] = []

    /// Whether values are counted in bins; without, `bins` stays empty.
    public let hasHistogram: Bool

    public init(hasHistogram: Bool = true) { self.hasHistogram = hasHistogram }

    /// Adds values. O(n), with one more O(`binCount`) where the histogram has to grow.
    public mutating func add(_ values: UnsafeBufferPointer<Float>) {
        let seen = Extremes(values)
        notFinite += seen.notFinite
        guard let other = seen.range else { return }
        count += values.count - seen.notFinite
        zeros += seen.zeros
        cover(other)
        guard binWidth > 0, seen.zeros < values.count - seen.notFinite else { return }
        HistogramKernels.count(values, width: binWidth, first: firstBin, into: &bins)
        if seen.zeros > 0 { bins[-firstBin] -= UInt64(seen.zeros) }
    }

    /// Adds the values of a floating-point tensor; others are passed over.
    public mutating func add(_ view: TensorView) {
        if view.elementType == .float32 {
            add(view.bytes.bindMemory(to: Float.self))
        } else if let floats = view.copy().floats {
            floats.withUnsafeBufferPointer { add($0) }
        }
    }

    /// Adds all that `other` has seen. O(`binCount`).
    public mutating func merge(_ other: TensorStatistics) {
        count += other.count
        zeros += other.zeros
        notFinite += other.notFinite
        guard let otherRange = other.range else { return }
        cover(otherRange)
        guard hasHistogram else { return }
        for (index, count) in other.bins.enumerated() where count > 0 {
            bins[bin(index, width: other.binWidth, first: other.firstBin)] += count
        }
    }

    /// Makes the bins span `other` too.
    private mutating func cover(_ other: ClosedRange<Float>) {
        let low = min(range?.lowerBound ?? other.lowerBound, other.lowerBound)
        let high = max(range?.upperBound ?? other.upperBound, other.upperBound)
        guard range != low...high else { return }
        range = low...high
        guard hasHistogram else { return }
        // Zero always has a bin, so that the zeros among values can be taken out of it.
        let span = Double(min(low, 0))...Double(max(high, 0))
        guard span.lowerBound < span.upperBound else { return }
        let (oldWidth, oldFirst, oldBins) = (binWidth, firstBin, bins)
        binWidth = Float(Self.width(span))
        firstBin = Int((span.lowerBound / Double(binWidth)).rounded(.down))
        guard binWidth != oldWidth || firstBin != oldFirst else { return }
        bins = [UInt64](repeating: 0, count: Self.binCount)
        for (index, count) in oldBins.enumerated() where count > 0 {
            bins[bin(index, width: oldWidth, first: oldFirst)] += count
        }
    }

    /// Which bin holds all that bin `index` of a histogram with narrower or equal bins held.
    private func bin(_ index: Int, width: Float, first: Int) -> Int {
        Int((Double(first + index) * Double(width) / Double(binWidth)).rounded(.down)) - firstBin
    }

    /// The least power of two at which `binCount` bins at multiples of it hold every value of `span`.
    private static func width(_ span: ClosedRange<Double>) -> Double {
        let least = max((span.upperBound - span.lowerBound) / Double(binCount), 0x1p-120)
        var width = Double(sign: .plus, exponent: least.exponent, significand: 1)
        while (span.upperBound / width).rounded(.down) - (span.lowerBound / width).rounded(.down) >= Double(binCount) {
            width *= 2
        }
        return width
    }
}
