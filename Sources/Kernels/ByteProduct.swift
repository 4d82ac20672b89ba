internal import CKernels

/// Products of bytes whose second operand, int8 with zero point 0, comes with every run: those of attention.
///
/// `@unchecked`: the address in `product` is that of memory that the value keeps alive and never writes again.
struct ByteProduct: @unchecked Sendable {
    /// Below this many multiply-accumulates one thread is faster than several.
    private static let leastSharedWork = 1 << 20

    private let product: ck_byte_product
    private let scales: AlignedMemory
    private let sourceOffsets: [Int64]
    private let weightsOffsets: [Int64]
    private let parts: Int

    /// A product of each of `pairs`, numbers of matrices in the two operands. `nil` where the processor has no such
    /// instructions, or the operands or scales are not served.
    init?(
        _ shape: IntegerProduct.Shape, pairs: [(a: Int, b: Int)], source: ByteOperand, weights: ByteWeights,
        result: IntegerResult
    ) {
        guard ck_has_byte_products(), weights.isSigned, weights.zeroPoints.allSatisfy({ $0 == 0 }),
            !shape.isSourceTransposed, !shape.isWeightsTransposed, result.staysWithinIntegers
        else { return nil }
        var product = ck_byte_product(
            rows: Int64(shape.m), depth: Int64(shape.k), columns: Int64(shape.n), source_is_signed: source.isSigned,
            source_zero_point: source.zeroPoint, type: result.type, scales: nil, zero_point: result.zeroPoint)
        let columns = Int(ck_byte_product_columns(&product))
        scales = AlignedMemory(count: columns * MemoryLayout<Float>.stride)
        let each = scales.base.assumingMemoryBound(to: Float.self), given = result.scales
        for column in 0..<columns {
            each[column] = column >= shape.n ? 0 : given[given.count == 1 ? 0 : column]
        }
        product.scales = UnsafePointer(each)
        self.product = product
        sourceOffsets = pairs.map { Int64($0.a * shape.m * shape.k) }
        weightsOffsets = pairs.map { Int64($0.b * shape.k * shape.n) }
        let work = Double(pairs.count) * Double(shape.m) * Double(shape.k) * Double(shape.n)
        parts = work < Double(Self.leastSharedWork) ? 1 : min(Int(ck_threads()), pairs.count)
    }

    var scratchBytes: Int { parts * withUnsafePointer(to: product) { ck_byte_product_scratch_bytes($0) } }

    /// Multiplies, and adds to float results.
    func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer, addends: FloatAddends, destination: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) {
        var added = ck_addends()
        (added.columns, added.elements) = (addends.columns, addends.elements)
        withUnsafePointer(to: product) { product in
            sourceOffsets.withUnsafeBufferPointer { sources in
                weightsOffsets.withUnsafeBufferPointer { offsets in
                    var pairs = ck_byte_pairs(
                        count: Int64(sources.count), source_offsets: sources.baseAddress,
                        weights_offsets: offsets.baseAddress, source: source.assumingMemoryBound(to: UInt8.self),
                        weights: weights.assumingMemoryBound(to: Int8.self))
                    ck_byte_multiply(product, &pairs, added, destination, scratch, Int32(parts))
                }
            }
        }
    }
}
