internal import CKernels

/// A product of float32 rows and constant weights by our own loops, weights packed.
///
/// `@unchecked`: the packed weights are never written again.
struct PanelProduct: @unchecked Sendable {
    /// Below so many multiply-accumulates a sample oneDNN is as fast, or faster; and with shorter rows, whose results
    /// take longer to write than to compute.
    private static let leastWork = 8e6
    private static let leastDepth = 64

    private let product: ck_float_product
    private let packed: AlignedMemory
    private let parts = ck_threads()

    /// The rows of `samples` samples, `depth` values each, by a matrix whose element (r, c) lies at
    /// `r * rowStep + c * columnStep`. `nil` where oneDNN is faster, as with vectors of less than 512 bits. O(weights).
    private init?(
        samples: Int = 1, rows: Int, depth: Int, columns: Int, _ weights: UnsafeRawPointer, rowStep: Int,
        columnStep: Int, _ tail: ProductTail
    ) {
        guard ck_has_fast_float_products(), depth >= Self.leastDepth, samples > 0,
            Double(rows / samples) * Double(depth) * Double(columns) >= Self.leastWork
        else { return nil }
        product = ck_float_product(
            rows: Int64(rows), columns: Int64(columns), depth: Int64(depth), tail: tail.plain)
        let count = Int(ck_packed_floats(Int64(depth), Int64(columns)))
        packed = AlignedMemory(count: count * MemoryLayout<Float>.stride)
        ck_pack_floats(
            Int64(depth), Int64(columns), weights.assumingMemoryBound(to: Float.self), Int64(rowStep),
            Int64(columnStep), packed.base.assumingMemoryBound(to: Float.self))
    }

    /// `nil` also where there are several matrices, or the source's rows have gaps.
    init?(_ shape: ProductShape, weights: UnsafeRawPointer, tail: ProductTail) {
        let rank = shape.weights.count
        guard shape.weights.dropLast(2).allSatisfy({ $0 == 1 }), shape.sourceStrides == rowMajorStrides(shape.source)
        else { return nil }
        self.init(
            rows: shape.destination.dropLast().reduce(1, *), depth: shape.weights[rank - 2],
            columns: shape.weights[rank - 1], weights, rowStep: shape.weightsStrides[rank - 2],
            columnStep: shape.weightsStrides[rank - 1], tail)
    }

    /// `nil` also where the convolution is no product of positions and channels.
    init?(_ shape: ConvolutionShape, weights: UnsafeRawPointer, tail: ProductTail) {
        let isPointwise = shape.kernel.allSatisfy { $0 == 1 } && shape.strides.allSatisfy { $0 == 1 }
            && shape.source == shape.destination && !shape.isPadded
        guard isPointwise, shape.groups == 1, !shape.isTransposed, shape.sourceLayout == .channelsLast,
            shape.destinationLayout == .channelsLast
        else { return nil }
        self.init(
            samples: shape.batch, rows: shape.batch * shape.destination.reduce(1, *), depth: shape.sourceChannels,
            columns: shape.destinationChannels, weights, rowStep: 1, columnStep: shape.sourceChannels, tail)
    }

    /// Multiplies, on as many threads as there were to use when it was prepared; `bias` is one a column.
    func run(source: UnsafePointer<Float>, bias: UnsafePointer<Float>?, destination: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: product) {
            ck_multiply_floats(
                $0, source, packed.base.assumingMemoryBound(to: Float.self), bias, destination, parts)
        }
    }
}
