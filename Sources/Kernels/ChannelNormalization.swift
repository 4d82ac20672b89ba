internal import CKernels

/// Scaling and normalization of images [batch, channels, positions], planar.
public struct ChannelNormalization: Sendable {
    private let batch: Int64
    private let channels: Int64
    private let positions: Int64

    public init(batch: Int, channels: Int, positions: Int) {
        (self.batch, self.channels, self.positions) = (Int64(batch), Int64(channels), Int64(positions))
    }

    /// Writes `scale / sqrt(variance + epsilon)` for every channel to `factors`, and behind them
    /// `bias - mean * factor`: twice as many numbers as there are channels.
    public func batchFactors(
        scale: UnsafePointer<Float>, bias: UnsafePointer<Float>, mean: UnsafePointer<Float>,
        variance: UnsafePointer<Float>, epsilon: Float, factors: UnsafeMutablePointer<Float>
    ) {
        ck_batch_factors(channels, scale, bias, mean, variance, epsilon, factors, factors + Int(channels))
    }

    /// `y = x * factor + offset`, with `factors` as `batchFactors` writes them; `y` may be `x`.
    public func scaleShift(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, factors: UnsafePointer<Float>
    ) {
        ck_scale_shift(batch, channels, positions, factors, factors + Int(channels), x, y)
    }

    /// Every channel of every sample to mean 0 and variance 1 over its positions, then scaled and shifted.
    public func instanceNormalize(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, epsilon: Float
    ) {
        ck_instance_normalize(batch, channels, positions, scale, bias, epsilon, x, y)
    }

    /// `x / (bias + alpha / size * sum of squares)^beta`, the sum over `size` neighbouring channels.
    public func localResponse(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, size: Int, alpha: Float, beta: Float, bias: Float
    ) {
        ck_local_response(batch, channels, positions, Int64(size), alpha, beta, bias, x, y)
    }
}
