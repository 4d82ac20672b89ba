internal import CKernels

/// A grid whose steps are being learned, over tensors of [outer, channels, inner].
public struct LearnedGrid: Sendable {
    public var outer: Int
    public var inner: Int
    /// The distance between neighbours in each channel; greater than zero.
    public var steps: [Float]
    /// The ends in steps; they may lie between multiples.
    public var low: Float
    public var high: Float

    public init(outer: Int, inner: Int, steps: [Float], low: Float, high: Float) {
        self.outer = outer
        self.inner = inner
        self.steps = steps
        self.low = low
        self.high = high
    }

    private func withDescription<R>(_ body: (UnsafePointer<ck_learned_grid>) -> R) -> R {
        steps.withUnsafeBufferPointer { steps in
            var grid = ck_learned_grid(
                outer: Int64(outer), channels: Int64(steps.count), inner: Int64(inner), steps: steps.baseAddress,
                low: low, high: high)
            return body(&grid)
        }
    }

    /// Rounds `x` with the grid shifted by `offsets`, one a channel in steps; zeros stay zeros. O(n).
    public func round(_ x: UnsafePointer<Float>, offsets: [Float], into y: UnsafeMutablePointer<Float>) {
        precondition(offsets.count == steps.count, "one offset a channel")
        withDescription { ck_round_dithered($0, offsets, x, y) }
    }

    /// Passes the gradient `g` of `round`'s result `y` on: to `x` as if rounding only added noise (straight-through), and
    /// to the logarithm of each channel's step, which is added to `slopes`. O(n).
    public func passBack(
        _ g: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafePointer<Float>, into gx: UnsafeMutablePointer<Float>,
        slopes: inout [Double]
    ) {
        precondition(slopes.count == steps.count, "one slope a channel")
        withDescription { grid in
            slopes.withUnsafeMutableBufferPointer { ck_round_dithered_gradient(grid, x, y, g, gx, $0.baseAddress) }
        }
    }
}

/// Gradients of element-wise functions, `count` numbers each.
public enum GradientKernels {
    /// The gradient of a clip: `g` where low < x < high.
    public static func clip(
        _ count: Int, low: Float, high: Float, x: UnsafePointer<Float>, g: UnsafePointer<Float>,
        into gx: UnsafeMutablePointer<Float>
    ) { ck_clip_gradient(Int64(count), low, high, x, g, gx) }

    /// The gradient of a Sigmoid by its result `y`.
    public static func sigmoid(
        _ count: Int, y: UnsafePointer<Float>, g: UnsafePointer<Float>, into gx: UnsafeMutablePointer<Float>
    ) { ck_sigmoid_gradient(Int64(count), y, g, gx) }

    /// Adds `scale * x` to `y`.
    public static func add(
        _ count: Int, scale: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
    ) { ck_add_multiple(Int64(count), scale, x, y) }

    /// With p the sums of `a * b` over the innermost axis of [rows, columns, count], adds the sums of p over columns to
    /// `byRow` and those over rows to `byColumn`. O(n).
    public static func addSums(
        of a: UnsafePointer<Float>, times b: UnsafePointer<Float>, count: Int, byRow: inout [Double],
        byColumn: inout [Double]
    ) {
        byRow.withUnsafeMutableBufferPointer { byRow in
            byColumn.withUnsafeMutableBufferPointer { byColumn in
                ck_add_product_sums(
                    Int64(byRow.count), Int64(byColumn.count), Int64(count), a, b, byRow.baseAddress,
                    byColumn.baseAddress)
            }
        }
    }
}
