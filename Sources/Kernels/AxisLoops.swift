internal import CKernels
public import GraphIR

/// Softmax and its relatives along an axis.
public struct SoftmaxLoop: Sendable {
    public enum Kind: Sendable {
        /// `e^x` over its sum along the axis.
        case softmax
        /// The logarithm of that.
        case logSoftmax
        /// 1 for the first greatest element, 0 for all others.
        case hardmax
    }

    private let loop: ck_softmax_loop
    private let blocks: AxisBlocks
    private let width: Int32

    /// `nil` where there is no loop for elements of that type.
    public init?(_ kind: Kind, _ type: ElementType, _ blocks: AxisBlocks) {
        let code =
            switch kind {
            case .softmax: CK_SOFTMAX
            case .logSoftmax: CK_LOG_SOFTMAX
            case .hardmax: CK_HARDMAX
            }
        guard let loop = ck_find_softmax(code, ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.blocks = blocks
        width = Int32(type.bits / 8)
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { blocks.inner * Int(CK_SOFTMAX_SCRATCH) }

    /// `y` may be `x` only for a softmax. O(elements).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer) {
        guard !blocks.isEmpty else { return }
        if blocks.inner == 1 {
            ck_share_softmax(loop, x, blocks.outer, blocks.extent, width, y)
        } else {
            loop(x, blocks.outer, blocks.extent, blocks.inner, y, scratch)
        }
    }
}

/// The positions of the greatest or least elements along an axis.
public struct ArgLoop: Sendable {
    private let loop: ck_arg_loop
    private let blocks: AxisBlocks

    /// `nil` where elements of that type have no order. The axis must not be empty.
    public init?(greatest: Bool, _ type: ElementType, _ blocks: AxisBlocks) {
        guard let loop = ck_find_arg(greatest, ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.blocks = blocks
    }

    /// Of equal elements the first counts, or the last. NaN wins over every number. O(elements).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Int64>, takesLast: Bool) {
        guard !blocks.isEmpty else { return }
        loop(x, blocks.outer, blocks.extent, blocks.inner, takesLast, y)
    }
}

/// The greatest or least elements along an axis, in order, with their positions.
public struct TopLoop: Sendable {
    private let loop: ck_top_loop
    private let blocks: AxisBlocks
    private let count: Int

    /// `count` elements of the axis, not more than it has. `nil` where elements of that type have no order.
    public init?(_ type: ElementType, _ blocks: AxisBlocks, count: Int) {
        guard let loop = ck_find_top(ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.blocks = blocks
        self.count = count
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { count * MemoryLayout<Int64>.stride }

    /// Of equal elements the first comes first; NaN is greater than every number. Values or positions that have no
    /// room are left out. O(elements log count).
    public func run(
        _ x: UnsafeRawPointer, values: UnsafeMutableRawPointer?, positions: UnsafeMutableRawPointer?, greatest: Bool,
        scratch: UnsafeMutableRawPointer
    ) {
        guard !blocks.isEmpty else { return }
        loop(
            x, blocks.outer, blocks.extent, blocks.inner, count, greatest,
            scratch.bindMemory(to: Int64.self, capacity: count), values,
            positions?.assumingMemoryBound(to: Int64.self))
    }
}

/// Running sums or products along an axis.
public struct RunningLoop: Sendable {
    private let loop: ck_running_loop
    private let rules: ck_running_rules
    private let blocks: AxisBlocks

    /// `isExclusive`: a position's own element does not count; `isReverse`: from the end on. `nil` where there is no
    /// loop for elements of that type.
    public init?(_ type: ElementType, _ blocks: AxisBlocks, isProduct: Bool, isExclusive: Bool, isReverse: Bool) {
        guard let loop = ck_find_running(ck_element(UInt32(type.rawValue))) else { return nil }
        self.loop = loop
        self.blocks = blocks
        rules = ck_running_rules(is_product: isProduct, is_exclusive: isExclusive, is_reverse: isReverse)
    }

    /// `y` must not overlap `x`. O(elements).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer) {
        guard !blocks.isEmpty else { return }
        loop(x, blocks.outer, blocks.extent, blocks.inner, rules, y)
    }
}
