internal import CKernels
internal import CDNN

/// An 8-bit data operand: its sign and its zero point.
public struct ByteOperand: Sendable, Hashable {
    public var isSigned: Bool
    public var zeroPoint: Int32

    public init(isSigned: Bool, zeroPoint: Int32) { (self.isSigned, self.zeroPoint) = (isSigned, zeroPoint) }

    var dnnType: cdnn_type { isSigned ? CDNN_S8 : CDNN_U8 }
}

/// 8-bit weights: their sign, one zero point for all or one an output channel, and the values where they are constant.
public struct ByteWeights {
    public var isSigned: Bool
    public var zeroPoints: [Int32]
    /// Valid while a product is prepared; `nil` where the weights come with every run.
    public var constant: UnsafeRawPointer?

    public init(isSigned: Bool, zeroPoints: [Int32], constant: UnsafeRawPointer?) {
        (self.isSigned, self.zeroPoints, self.constant) = (isSigned, zeroPoints, constant)
    }

    var zeroPointStep: Int64 { zeroPoints.count == 1 ? 0 : 1 }
}

/// What becomes of the int32 sums of a product, bias included.
public enum IntegerResult: Sendable, Hashable {
    /// The sums themselves.
    case sums
    /// `float(sum) * scale`: one scale, or one an output channel.
    case floats([Float])
    /// `clamp(roundHalfToEven(float(sum) * scale) + zeroPoint)`.
    case bytes(isSigned: Bool, scales: [Float], zeroPoint: Int32)

    var scales: [Float] {
        switch self {
        case .sums: [1]
        case .floats(let scales), .bytes(_, let scales, _): scales
        }
    }

    var zeroPoint: Int32 { if case .bytes(_, _, let zeroPoint) = self { zeroPoint } else { 0 } }

    var dnnType: cdnn_type {
        switch self {
        case .sums: CDNN_S32
        case .floats: CDNN_F32
        case .bytes(let isSigned, _, _): isSigned ? CDNN_S8 : CDNN_U8
        }
    }

    var type: ck_result_type {
        switch self {
        case .sums: CK_RESULT_S32
        case .floats: CK_RESULT_F32
        case .bytes(let isSigned, _, _): isSigned ? CK_RESULT_S8 : CK_RESULT_U8
        }
    }

    /// Whether no int32 times its scale leaves int32, so that rounding it needs no bounds.
    var staysWithinIntegers: Bool {
        if case .bytes(_, let scales, _) = self { scales.allSatisfy { $0.magnitude < 1 } } else { true }
    }

    /// Bytes of one result.
    var width: Int { if case .bytes = self { 1 } else { 4 } }

    /// Calls `body` with the same in C's terms.
    func withDescription<R>(
        bias: [Int32]?, scales: [Float], _ body: (UnsafePointer<ck_result>) -> R
    ) -> R {
        scales.withUnsafeBufferPointer { scales in
            func call(_ bias: UnsafePointer<Int32>?) -> R {
                var result = ck_result(
                    type: type, bias: bias, scales: scales.baseAddress, scale_step: scales.count == 1 ? 0 : 1,
                    zero_point: zeroPoint)
                return body(&result)
            }
            guard let bias else { return call(nil) }
            return bias.withUnsafeBufferPointer { call($0.baseAddress) }
        }
    }
}

/// Constant weights less their zero points, signed, output channels outermost.
struct SignedWeights {
    let values: [Int8]
    /// The sum of each output channel's weights, wrapped.
    private let sums: [Int32]
    /// The largest sum of the positive, or of the negative, weights of an output channel.
    private let largest: Int64

    /// `nil` where a weight less its zero point does not fit 8 bits. O(weights).
    init?(_ matrix: ck_byte_matrix, count: Int) {
        var matrix = matrix, largest: Int64 = 0, fits = false
        var sums = [Int32](repeating: 0, count: Int(matrix.columns))
        values = [Int8](unsafeUninitializedCapacity: count) { buffer, initialized in
            fits = ck_signed_weights(&matrix, buffer.baseAddress, &sums, &largest)
            initialized = count
        }
        self.sums = sums
        self.largest = largest
        guard fits else { return nil }
    }

    /// `channels` output channels of `depth` times the same weight.
    init(repeating value: Int8, channels: Int, depth: Int) {
        values = Array(repeating: value, count: channels * depth)
        sums = Array(repeating: Int32(value) * Int32(truncatingIfNeeded: depth), count: channels)
        largest = Int64(value.magnitude) * Int64(depth)
    }

    /// Whether oneDNN's sums are exact: on this processor, and because none can pass 2^24, where float32 loses integers.
    func areExactInDNN(bias: [Int32]?) -> Bool {
        let most = bias?.lazy.map { Int64($0).magnitude }.max() ?? 0
        return DNNPrimitive.hasExactIntegers && UInt64(largest) * 256 + most < 1 << 24
    }

    /// The bias with which data of zero point 0 gives what data of this one gives with `bias`, where nothing is padded.
    func bias(_ bias: [Int32]?, absorbing zeroPoint: Int32) -> [Int32]? {
        guard zeroPoint != 0 else { return bias }
        return sums.indices.map { (bias?[$0] ?? 0) &- zeroPoint &* sums[$0] }
    }
}
