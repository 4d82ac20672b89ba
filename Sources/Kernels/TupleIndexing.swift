internal import CKernels
public import GraphIR

/// Reads or writes blocks whose first coordinates a tuple of int64 indices gives: GatherND, ScatterND.
public struct TupleIndexing: Sendable {
    /// Batches of the data, tuples in each, bytes of a batch and of a block.
    private let batches: Int
    private let tuples: Int
    private let batch: Int
    private let block: Int
    private let extents: [Int]
    private let strides: [Int]

    /// Tuples of as many indices as `extents` has, each batch of the data laid out row-major: `extents` elements of
    /// `block` bytes.
    public init(batches: Int, tuples: Int, extents: [Int], block: Int) {
        self.batches = batches
        self.tuples = tuples
        self.block = block
        self.extents = extents
        var strides: [Int] = []
        var next = block
        for extent in extents.reversed() {
            strides.append(next)
            next *= max(extent, 1)
        }
        self.strides = strides.reversed()
        batch = next
    }

    /// Copies a block for each tuple; returns the position of the first tuple that leads outside. O(bytes copied).
    public func gather(from source: UnsafeRawPointer, indices: UnsafePointer<Int64>, to target: UnsafeMutableRawPointer)
        -> Int?
    {
        withNative(indices) { ck_gather_nd(source, $0, target) }
    }

    /// Writes or combines a block for each tuple, in order; elements have `width` bytes. Returns as `gather` does.
    public func scatter(
        _ updates: UnsafeRawPointer, indices: UnsafePointer<Int64>, into target: UnsafeMutableRawPointer, width: Int,
        combine: Combination?
    ) -> Int? {
        withNative(indices) { ck_scatter_nd(target, $0, updates, Int32(width), combine?.function) }
    }

    private func withNative(_ indices: UnsafePointer<Int64>, _ body: (ck_tuples) -> Int) -> Int? {
        let fault = extents.withUnsafeBufferPointer { extents in
            strides.withUnsafeBufferPointer { strides in
                body(
                    ck_tuples(
                        indices: indices, batches: batches, tuples: tuples, batch: batch, block: block,
                        extents: extents.baseAddress, strides: strides.baseAddress, depth: Int32(extents.count)))
            }
        }
        return fault < 0 ? nil : fault
    }
}

/// The arithmetic of a scatter on one element type.
public struct Combination: Sendable {
    let function: ck_combine

    /// `nil` for a type that the reduction does not know (and for `none`, which needs no arithmetic).
    public init?(_ reduction: ScatterReduction, _ type: ElementType) {
        let kind =
            switch reduction {
            case .none: CK_REPLACE
            case .add: CK_ADD
            case .mul: CK_MULTIPLY
            case .min: CK_MINIMUM
            case .max: CK_MAXIMUM
            }
        guard let function = ck_combine_for(kind, ck_element(UInt32(type.rawValue))) else { return nil }
        self.function = function
    }
}
