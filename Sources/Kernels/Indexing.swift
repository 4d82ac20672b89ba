internal import CKernels

/// Indices in memory: int32 or int64, negative ones counting from the end of their axis.
public struct Indices {
    public var values: UnsafeRawPointer
    /// Whether they are int64.
    public var isWide: Bool

    public init(_ values: UnsafeRawPointer, isWide: Bool) {
        self.values = values
        self.isWide = isWide
    }

    /// The index at `position`.
    public subscript(position: Int) -> Int {
        isWide
            ? Int(values.load(fromByteOffset: position * 8, as: Int64.self))
            : Int(values.load(fromByteOffset: position * 4, as: Int32.self))
    }

    var native: ck_indices { ck_indices(values: values, is_wide: isWide) }
}

/// What a scatter does with the element that is there already.
public enum ScatterReduction: String, Sendable, Hashable {
    case none, add, mul, min, max
}

/// Copies blocks that indices choose along one axis: Gather.
public struct BlockGather: Sendable {
    /// Blocks before the axis, blocks along it, bytes of one block, and indices.
    public var outer: Int
    public var extent: Int
    public var block: Int
    public var count: Int

    public init(outer: Int, extent: Int, block: Int, count: Int) {
        self.outer = outer
        self.extent = extent
        self.block = block
        self.count = count
    }

    /// Copies; returns the position of the first index outside of the axis, where there is one. O(bytes of the target).
    public func run(from source: UnsafeRawPointer, indices: Indices, to target: UnsafeMutableRawPointer) -> Int? {
        let fault = ck_gather(source, indices.native, count, outer, extent, block, target)
        return fault < 0 ? nil : fault
    }
}

/// Reads or writes single elements whose coordinate along one axis an index tensor gives: GatherElements,
/// ScatterElements.
public struct ElementIndexing: Sendable {
    private let axes: [ck_walk_axis]
    private let extent: Int
    private let stride: Int
    private let width: Int

    /// `strides` are the data's, in elements; the index tensor has `indexExtents`, none larger than the data's but
    /// along `axis`, which has `extent` elements of data.
    public init(indexExtents: [Int], strides: [Int], axis: Int, extent: Int, width: Int) {
        axes = indexExtents.indices.map {
            ck_walk_axis(extent: indexExtents[$0], stride: $0 == axis ? 0 : strides[$0] * width)
        }
        self.extent = extent
        stride = strides[axis] * width
        self.width = width
    }

    /// Reads one element for each index; returns the position of the first index outside of the axis. O(indices).
    public func gather(from source: UnsafeRawPointer, indices: Indices, to target: UnsafeMutableRawPointer) -> Int? {
        let fault = axes.withUnsafeBufferPointer {
            ck_gather_elements(
                source, indices.native, $0.baseAddress, Int32($0.count), extent, stride, Int32(width), target)
        }
        return fault < 0 ? nil : fault
    }

    /// Writes or combines one element for each index, in order; returns as `gather` does. O(indices).
    public func scatter(
        _ updates: UnsafeRawPointer, indices: Indices, into target: UnsafeMutableRawPointer, combine: Combination?
    ) -> Int? {
        let fault = axes.withUnsafeBufferPointer {
            ck_scatter_elements(
                target, indices.native, $0.baseAddress, Int32($0.count), extent, stride, Int32(width), updates,
                combine?.function)
        }
        return fault < 0 ? nil : fault
    }
}
