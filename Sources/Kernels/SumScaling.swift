internal import CKernels

/// Turns exact int32 sums of products into the real values they stand for, rounded once.
public struct SumScaling: Sendable {
    private let outer: Int, channels: Int, inner: Int
    /// One factor, or one a channel.
    private let factors: [Double]

    /// The sums are seen as `[outer, channels, inner]`.
    public init(outer: Int, channels: Int, inner: Int, factors: [Double]) {
        self.outer = outer
        self.channels = channels
        self.inner = inner
        self.factors = factors
    }

    /// y = sum * factor + bias. `bias` has one value, or one a channel where `isBiasPerChannel`. O(elements).
    public func run(
        _ sums: UnsafePointer<Int32>, bias: UnsafePointer<Float>?, isBiasPerChannel: Bool, _ y: UnsafeMutablePointer<Float>
    ) {
        ck_scale_sums(
            sums, Int64(outer), Int64(channels), Int64(inner), factors, factors.count == 1 ? 0 : 1, bias,
            isBiasPerChannel ? 1 : 0, y)
    }
}
