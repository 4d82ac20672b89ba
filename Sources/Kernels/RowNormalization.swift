internal import CKernels
public import GraphIR

/// Brings rows, which are neighbours in memory, to variance 1. Mean and variance are computed in float64.
public struct RowNormalization: Sendable {
    private let loop: ck_row_loop
    private let rows: Int
    private let length: Int
    private let rules: ck_row_rules
    private let width: Int32

    /// `isCentered`: to mean 0 as well; otherwise the mean of squares stands for the variance. `epsilon` is added to
    /// it. `nil` where there is no loop for elements of that type.
    public init?(_ type: ElementType, rows: Int, length: Int, isCentered: Bool, epsilon: Double) {
        guard let loop = ck_find_row_loop(ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.rows = rows
        self.length = length
        width = Int32(type.bits / 8)
        rules = ck_row_rules(is_centered: isCentered, epsilon: epsilon)
    }

    /// Writes the rows, then times `scale` and plus `bias` position by position where these are given (a bias only with
    /// a scale); each row's mean and its factor `1 / sqrt(variance + epsilon)` where there is room. `y` may be `x`.
    /// O(elements).
    public func run(
        _ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, scale: UnsafeRawPointer? = nil,
        bias: UnsafeRawPointer? = nil, mean: UnsafeMutableRawPointer? = nil, inverse: UnsafeMutableRawPointer? = nil
    ) {
        guard length > 0 else { return }
        ck_share_rows(loop, x, rows, length, rules, width, scale, bias, y, mean, inverse)
    }
}

/// Divides by the norm along an axis.
public struct NormLoop: Sendable {
    private let loop: ck_norm_loop
    private let blocks: AxisBlocks

    /// `nil` where there is no loop for elements of that type.
    public init?(_ type: ElementType, _ blocks: AxisBlocks) {
        guard let loop = ck_find_norm_loop(ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.blocks = blocks
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { blocks.inner * MemoryLayout<Double>.stride }

    /// The 1-norm or the 2-norm; what has norm 0 stays 0. `y` may be `x`. O(elements).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, p: Int, scratch: UnsafeMutableRawPointer) {
        guard !blocks.isEmpty else { return }
        loop(
            x, blocks.outer, blocks.extent, blocks.inner, Int32(p), y,
            scratch.bindMemory(to: Double.self, capacity: blocks.inner))
    }
}
