internal import Kernels

/// Elements of a row-major tensor, seen as a tensor of their own.
public struct StridedView: Sendable, Hashable {
    public private(set) var extents: [Int]
    /// The steps between neighbours along each axis, in elements.
    public private(set) var strides: [Int]
    /// Where the first element lies.
    public private(set) var offset = 0

    /// All elements of a tensor, in their order.
    public init(dense extents: [Int]) {
        self.extents = extents
        strides = rowMajorStrides(extents)
    }

    /// Axis i is axis `order[i]` of this view.
    public func transposed(_ order: [Int]) -> StridedView {
        var result = self
        result.extents = order.map { extents[$0] }
        result.strides = order.map { strides[$0] }
        return result
    }

    /// Indices `range` of an axis.
    public func part(_ range: Range<Int>, of axis: Int) -> StridedView {
        var result = self
        result.offset += range.lowerBound * strides[axis]
        result.extents[axis] = range.count
        return result
    }

    /// The view under extents that it broadcasts to, as ONNX words it.
    public func broadcast(to target: [Int]) -> StridedView {
        let missing = target.count - extents.count
        var result = self
        result.extents = target
        result.strides = target.indices.map { axis in
            axis < missing || extents[axis - missing] == 1 ? 0 : strides[axis - missing]
        }
        return result
    }

    /// The same elements in the same order under other extents of as many elements; `nil` where their places follow no
    /// strides then. O(rank).
    public func reshaped(to target: [Int]) -> StridedView? {
        guard !extents.contains(0), extents.reduce(1, *) == target.reduce(1, *) else { return nil }
        var runs = evenRuns
        var result = self
        result.extents = target
        result.strides = Array(repeating: 0, count: target.count)
        for axis in target.indices.reversed() where target[axis] != 1 {
            while let last = runs.last, last.count == 1 { runs.removeLast() }
            guard let last = runs.last, last.count.isMultiple(of: target[axis]) else { return nil }
            result.strides[axis] = last.step
            runs[runs.count - 1] = (last.count / target[axis], last.step * target[axis])
        }
        return result
    }

    /// Neighbouring axes over which elements follow each other in even steps, taken together.
    private var evenRuns: [(count: Int, step: Int)] {
        var runs: [(count: Int, step: Int)] = []
        for (extent, stride) in zip(extents, strides) where extent != 1 {
            if let last = runs.last, last.step == extent * stride {
                runs[runs.count - 1] = (last.count * extent, stride)
            } else {
                runs.append((extent, stride))
            }
        }
        return runs
    }
}
