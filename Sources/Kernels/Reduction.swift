internal import CKernels
public import GraphIR

/// What a reduction computes of the elements it takes together.
public struct ReductionKind: Sendable {
    fileprivate let code: ck_reduction_kind

    public static let sum = ReductionKind(code: CK_REDUCE_SUM)
    public static let mean = ReductionKind(code: CK_REDUCE_MEAN)
    public static let product = ReductionKind(code: CK_REDUCE_PRODUCT)
    /// NaN where an element is.
    public static let maximum = ReductionKind(code: CK_REDUCE_MAX)
    /// NaN where an element is.
    public static let minimum = ReductionKind(code: CK_REDUCE_MIN)
    /// The sum of absolute values.
    public static let l1 = ReductionKind(code: CK_REDUCE_L1)
    /// The root of the sum of squares.
    public static let l2 = ReductionKind(code: CK_REDUCE_L2)
    public static let sumSquare = ReductionKind(code: CK_REDUCE_SUM_SQUARE)
    public static let logSum = ReductionKind(code: CK_REDUCE_LOG_SUM)
    public static let logSumExp = ReductionKind(code: CK_REDUCE_LOG_SUM_EXP)
}

/// A reduction of a row-major tensor along some of its axes. Sums of floating-point numbers are kept in float64.
public struct Reduction: Sendable {
    private let reducer: ck_reducer
    private let kept: [ck_reduce_axis]
    private let reduced: [ck_reduce_axis]
    private let run: Int
    private let keepsRun: Bool
    private let width: Int
    private let count: Int
    private let isEmpty: Bool

    /// `isReduced` has one entry an axis. `nil` where the reduction is not there for elements of that type. The
    /// products of `extents` must not overflow. O(rank).
    public init?(_ kind: ReductionKind, _ type: ElementType, extents: [Int], isReduced: [Bool]) {
        var reducer = ck_reducer()
        guard ck_find_reducer(kind.code, ck_element(UInt32(type.rawValue)), &reducer) else { return nil }
        self.reducer = reducer
        width = type.bits / 8
        let outputs = zip(extents, isReduced).filter { !$0.1 }.map(\.0)
        isEmpty = outputs.contains(0)
        count = isEmpty ? 0 : zip(extents, isReduced).filter(\.1).map(\.0).reduce(1, *)
        var axes: [(axis: ck_reduce_axis, isReduced: Bool)] = []
        var stride = width
        for (extent, isReduced) in zip(extents, isReduced).reversed() where extent != 1 {
            if let outer = axes.last, outer.isReduced == isReduced {
                axes[axes.count - 1].axis.extent *= extent
            } else {
                axes.append((ck_reduce_axis(extent: extent, stride: stride), isReduced))
            }
            stride *= max(extent, 1)
        }
        let last = axes.first
        run = last?.axis.extent ?? 1
        keepsRun = last.map { !$0.isReduced } ?? true
        let others = axes.dropFirst().reversed()
        kept = others.filter { !$0.isReduced }.map(\.axis)
        reduced = others.filter(\.isReduced).map(\.axis)
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { (keepsRun ? min(run, Int(CK_REDUCER_STATES)) : 1) * Int(CK_REDUCER_STATE) }

    /// Writes the results to `y`, row-major. O(elements).
    public func run(_ x: UnsafeRawPointer, _ y: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer) {
        guard !isEmpty else { return }
        kept.withUnsafeBufferPointer { kept in
            reduced.withUnsafeBufferPointer { reduced in
                var walk = ck_reduce_walk(
                    kept: kept.baseAddress, reduced: reduced.baseAddress, kept_rank: Int32(kept.count),
                    reduced_rank: Int32(reduced.count), run: run, keeps_run: keepsRun, width: width, count: count)
                withUnsafePointer(to: reducer) { ck_reduce($0, &walk, x, y, scratch) }
            }
        }
    }
}
