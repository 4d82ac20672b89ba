internal import CKernels
public import GraphIR

/// A function of two variables. Integers wrap, and divided by 0 they give 0.
public struct BinaryFunction: Sendable {
    fileprivate let code: ck_binary
    /// Whether the result is bool whatever the operands are.
    public var isPredicate = false

    public static let add = BinaryFunction(code: CK_PLUS)
    public static let subtract = BinaryFunction(code: CK_MINUS)
    public static let multiply = BinaryFunction(code: CK_TIMES)
    /// Integers are cut towards 0.
    public static let divide = BinaryFunction(code: CK_DIVIDE)
    /// NaN where either operand is.
    public static let minimum = BinaryFunction(code: CK_MIN)
    /// NaN where either operand is.
    public static let maximum = BinaryFunction(code: CK_MAX)
    /// The rest of a division, with the sign of the divisor.
    public static let modulo = BinaryFunction(code: CK_MODULO)
    /// The rest of a division, with the sign of the dividend.
    public static let remainder = BinaryFunction(code: CK_REMAINDER)
    public static let power = BinaryFunction(code: CK_POWER)
    /// The first operand; times the second where it is negative.
    public static let prelu = BinaryFunction(code: CK_PRELU)
    public static let equal = BinaryFunction(code: CK_EQUAL, isPredicate: true)
    public static let greater = BinaryFunction(code: CK_GREATER, isPredicate: true)
    public static let greaterOrEqual = BinaryFunction(code: CK_GREATER_OR_EQUAL, isPredicate: true)
    public static let and = BinaryFunction(code: CK_LOGICAL_AND, isPredicate: true)
    public static let or = BinaryFunction(code: CK_LOGICAL_OR, isPredicate: true)
    public static let xor = BinaryFunction(code: CK_LOGICAL_XOR, isPredicate: true)
    public static let bitwiseAnd = BinaryFunction(code: CK_BITWISE_AND)
    public static let bitwiseOr = BinaryFunction(code: CK_BITWISE_OR)
    public static let bitwiseXor = BinaryFunction(code: CK_BITWISE_XOR)
    /// Integers; 0 where every bit leaves, by a negative number as well.
    public static let shiftLeft = BinaryFunction(code: CK_SHIFT_LEFT)
    /// Integers; copies of the sign where every bit leaves, by a negative number as well.
    public static let shiftRight = BinaryFunction(code: CK_SHIFT_RIGHT)
}

/// A binary function over two arrays that are broadcast to the shape of the result.
public struct BinaryLoop: Sendable {
    private let loop: ck_binary_loop
    private let axes: [ck_broadcast_axis]
    private let isEmpty: Bool

    /// Extents `a` and `b` must broadcast to `output`, which may have more than both need. `nil` where the function has
    /// no loop for elements of that type. O(rank).
    public init?(_ function: BinaryFunction, _ type: ElementType, a: [Int], b: [Int], output: [Int]) {
        guard let loop = ck_find_binary(function.code, ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        isEmpty = output.contains(0)
        guard !isEmpty else {
            axes = []
            return
        }
        let merged = MergedAxes(
            extents: output, strides: [a, b, output].map { MergedAxes.broadcastStrides($0, to: output) })
        let width = type.bits / 8
        let resultWidth = function.isPredicate ? 1 : width
        axes = merged.extents.indices.map {
            ck_broadcast_axis(
                extent: merged.extents[$0], a: merged.strides[0][$0] * width, b: merged.strides[1][$0] * width,
                y: merged.strides[2][$0] * resultWidth)
        }
    }

    /// Whether there is a loop at all for elements of that type.
    public static func exists(_ function: BinaryFunction, _ type: ElementType) -> Bool {
        ck_find_binary(function.code, ck_element(UInt32(type.rawValue))) != nil
    }

    /// Writes all results to `y`, which may be an operand that has the result's extents and width. O(elements).
    public func run(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ y: UnsafeMutableRawPointer) {
        guard !isEmpty else { return }
        axes.withUnsafeBufferPointer { ck_broadcast(loop, a, b, y, $0.baseAddress, Int32($0.count)) }
    }
}
