internal import CKernels

/// One axis of a resampling: where along the source every destination position takes its values from.
public struct AxisResampling: Sendable {
    public let source: Int
    public let destination: Int
    /// `taps` positions and weights for each destination position.
    public let taps: Int
    private let positions: [Int32]
    private let weights: [Float]

    /// `positions` and `weights` have `taps` entries for each destination position; positions are inside the source.
    public init(source: Int, positions: [Int], weights: [Float], taps: Int) {
        precondition(positions.allSatisfy { (0..<source).contains($0) }, "a position outside the source")
        self.source = source
        self.taps = taps
        destination = positions.count / taps
        self.positions = positions.map { Int32($0) }
        self.weights = weights
    }

    /// Whether every position takes its own value.
    public var isIdentity: Bool {
        source == destination && taps == 1 && positions.enumerated().allSatisfy { Int($1) == $0 }
    }

    /// The weighted sums along the middle axis of [outer, source, inner].
    public func resample(
        outer: Int, inner: Int, from x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
    ) {
        ck_resample(
            Int64(outer), Int64(source), Int64(inner), Int64(destination), Int64(taps), positions, weights, x, y)
    }

    /// Two taps along each of the last two axes of [images, rows, columns]: every value is multiplied by the product of
    /// its two weights, the four added in the order of the taps.
    public static func bilinear(
        images: Int, rows: AxisResampling, columns: AxisResampling, from x: UnsafePointer<Float>,
        to y: UnsafeMutablePointer<Float>
    ) {
        rows.withTwoTaps { rows in
            columns.withTwoTaps { columns in ck_bilinear(Int64(images), rows, columns, x, y) }
        }
    }

    private func withTwoTaps(_ body: (UnsafePointer<ck_two_taps>) -> Void) {
        precondition(taps == 2, "linear interpolation takes two positions each")
        positions.withUnsafeBufferPointer { positions in
            weights.withUnsafeBufferPointer { weights in
                var axis = ck_two_taps(
                    source: Int64(source), destination: Int64(destination), positions: positions.baseAddress,
                    weights: weights.baseAddress)
                body(&axis)
            }
        }
    }

    /// The first position's value along the middle axis of [outer, source, inner], elements of `width` bytes: 1, 2, 4
    /// or 8. One tap.
    public func select(
        outer: Int, inner: Int, width: Int, from x: UnsafeRawPointer, to y: UnsafeMutableRawPointer
    ) {
        precondition(taps == 1, "selection takes one position each")
        ck_resample_nearest(
            Int64(outer), Int64(source), Int64(inner), Int64(destination), positions, Int32(width), x, y)
    }
}

/// Between 8-bit integers and float32.
public enum ByteConversion {
    public static func widen(_ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        ck_widen_u8(Int64(count), x, y)
    }

    public static func widen(_ x: UnsafePointer<Int8>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        ck_widen_s8(Int64(count), x, y)
    }

    /// Rounds towards zero and clamps.
    public static func truncate(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<UInt8>, count: Int) {
        ck_truncate_u8(Int64(count), x, y)
    }

    /// Rounds towards zero and clamps.
    public static func truncate(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Int8>, count: Int) {
        ck_truncate_s8(Int64(count), x, y)
    }
}
