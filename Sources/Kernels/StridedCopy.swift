internal import CKernels

/// A copy from one strided array to another, prepared once: transposition, slicing, broadcasting, joining.
public struct StridedCopy: Sendable {
    /// Slowest first.
    private let axes: [ck_axis]
    private let width: Int32
    private let isEmpty: Bool
    private let sourceOffset: Int
    private let targetOffset: Int

    /// A copy of `extents` elements of `width` bytes (1, 2, 4, 8 or 16). Strides and offsets count elements; a source
    /// stride may be 0 or negative. All three arrays have one entry a dimension, and every address they lead to must be
    /// inside its array. O(rank²).
    public init(
        extents: [Int], source: [Int], target: [Int], width: Int, sourceOffset: Int = 0, targetOffset: Int = 0
    ) {
        isEmpty = extents.contains(0)
        self.sourceOffset = sourceOffset * width
        self.targetOffset = targetOffset * width
        let all = extents.indices.map {
            ck_axis(extent: extents[$0], source: source[$0] * width, target: target[$0] * width)
        }
        (axes, self.width) = Self.simplified(isEmpty ? [] : all, width: width)
    }

    /// Copies. The arrays must not overlap.
    public func run(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        guard !isEmpty else { return }
        axes.withUnsafeBufferPointer {
            ck_share_copy(source + sourceOffset, target + targetOffset, $0.baseAddress, Int32($0.count), width)
        }
    }

    /// The same copy with as few dimensions as possible, in the order of the target.
    private static func simplified(_ all: [ck_axis], width: Int) -> ([ck_axis], Int32) {
        var axes: [ck_axis] = []
        for axis in all.filter({ $0.extent != 1 }).sorted(by: { $0.target > $1.target }) {
            if let outer = axes.last, outer.source == axis.source * axis.extent,
                outer.target == axis.target * axis.extent
            {
                axes[axes.count - 1] = ck_axis(
                    extent: outer.extent * axis.extent, source: axis.source, target: axis.target)
            } else {
                axes.append(axis)
            }
        }
        var width = width
        if let last = axes.last, axes.count > 1, last.source == width, last.target == width,
            [2, 4, 8, 16].contains(last.extent * width)
        {
            width *= last.extent
            axes.removeLast()
        }
        if let last = axes.last, last.target == width, last.source != width,
            let contiguous = axes.firstIndex(where: { $0.source == width })
        {
            axes.insert(axes.remove(at: contiguous), at: axes.count - 1)
        }
        return (axes, Int32(width))
    }
}
