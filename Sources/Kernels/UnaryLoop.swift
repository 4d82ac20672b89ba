internal import CKernels
public import GraphIR

/// A function of one variable. `p` and `q` are the two parameters of `UnaryLoop.run`.
public struct UnaryFunction: Sendable {
    fileprivate let code: ck_unary

    /// Whether the result is bool whatever the operand is.
    fileprivate var isPredicate: Bool { code == CK_IS_NAN || code == CK_IS_INF || code == CK_NOT }

    public static let absolute = UnaryFunction(code: CK_ABS)
    public static let negate = UnaryFunction(code: CK_NEGATE)
    public static let sign = UnaryFunction(code: CK_SIGN)
    public static let relu = UnaryFunction(code: CK_RELU)
    public static let floor = UnaryFunction(code: CK_FLOOR)
    public static let ceil = UnaryFunction(code: CK_CEIL)
    /// Half to even.
    public static let round = UnaryFunction(code: CK_ROUND)
    public static let squareRoot = UnaryFunction(code: CK_SQRT)
    public static let reciprocal = UnaryFunction(code: CK_RECIPROCAL)
    public static let exp = UnaryFunction(code: CK_EXP)
    public static let log = UnaryFunction(code: CK_LOG)
    public static let sin = UnaryFunction(code: CK_SIN)
    public static let cos = UnaryFunction(code: CK_COS)
    public static let tan = UnaryFunction(code: CK_TAN)
    public static let asin = UnaryFunction(code: CK_ASIN)
    public static let acos = UnaryFunction(code: CK_ACOS)
    public static let atan = UnaryFunction(code: CK_ATAN)
    public static let sinh = UnaryFunction(code: CK_SINH)
    public static let cosh = UnaryFunction(code: CK_COSH)
    public static let tanh = UnaryFunction(code: CK_TANH)
    public static let asinh = UnaryFunction(code: CK_ASINH)
    public static let acosh = UnaryFunction(code: CK_ACOSH)
    public static let atanh = UnaryFunction(code: CK_ATANH)
    public static let erf = UnaryFunction(code: CK_ERF)
    public static let sigmoid = UnaryFunction(code: CK_SIGMOID)
    /// `p x + q`, kept within 0...1.
    public static let hardSigmoid = UnaryFunction(code: CK_HARD_SIGMOID)
    /// `x` times its hard sigmoid.
    public static let hardSwish = UnaryFunction(code: CK_HARD_SWISH)
    /// `x` times the sigmoid of `p x`.
    public static let swish = UnaryFunction(code: CK_SWISH)
    public static let softplus = UnaryFunction(code: CK_SOFTPLUS)
    public static let softsign = UnaryFunction(code: CK_SOFTSIGN)
    public static let mish = UnaryFunction(code: CK_MISH)
    public static let gelu = UnaryFunction(code: CK_GELU)
    /// Gelu by its approximation with tanh.
    public static let geluByTanh = UnaryFunction(code: CK_GELU_TANH)
    /// `p x` below 0.
    public static let leakyRelu = UnaryFunction(code: CK_LEAKY_RELU)
    /// `x` above `p`, else 0.
    public static let thresholdedRelu = UnaryFunction(code: CK_THRESHOLDED_RELU)
    /// `q (e^x - 1)` below 0, `p x` above.
    public static let elu = UnaryFunction(code: CK_ELU)
    /// `p (e^(x / p) - 1)` below 0.
    public static let celu = UnaryFunction(code: CK_CELU)
    /// `x + q` below `-p`, `x - q` above `p`, else 0.
    public static let shrink = UnaryFunction(code: CK_SHRINK)
    /// To bool.
    public static let isNaN = UnaryFunction(code: CK_IS_NAN)
    /// To bool; `p` and `q` say whether the negative and the positive infinity count, 0 being no.
    public static let isInfinite = UnaryFunction(code: CK_IS_INF)
    public static let logicalNot = UnaryFunction(code: CK_NOT)
    public static let bitwiseNot = UnaryFunction(code: CK_BITWISE_NOT)
}

/// A unary function over the elements of an array.
public struct UnaryLoop: Sendable {
    private let loop: ck_unary_loop
    /// Bytes of an element and of a result.
    private let widths: (Int32, Int32)

    /// `nil` where the function has no loop for elements of that type.
    public init?(_ function: UnaryFunction, _ type: ElementType) {
        guard let loop = ck_find_unary(function.code, ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        let width = Int32(max(type.bits / 8, 1))
        widths = (width, function.isPredicate ? 1 : width)
    }

    /// Writes `count` results to `y`, which may be `x` where results have the width of elements. O(count).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, count: Int, p: Double = 0, q: Double = 0) {
        ck_share_unary(loop, x, widths.0, y, widths.1, count, p, q)
    }
}
