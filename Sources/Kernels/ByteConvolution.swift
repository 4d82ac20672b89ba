internal import CKernels

/// A convolution by our own products of bytes, weights packed.
///
/// `@unchecked`: the addresses in `result` are those of memory that the value keeps alive and never writes again.
struct ByteConvolution: @unchecked Sendable {
    private let convolution: ck_convolution
    private let packed: AlignedMemory
    /// Bias less what the data's zero point adds to the sums, and scales, in packed order.
    private let bias: AlignedMemory
    private let scales: AlignedMemory
    private let result: ck_result
    private let parts = ck_threads()

    /// `nil` where the processor has no such instructions, or the layouts, groups or scales are not served. O(weights).
    init?(
        _ shape: ConvolutionShape, _ source: ByteOperand, _ weights: SignedWeights, _ bias: [Int32]?,
        _ result: IntegerResult
    ) {
        var description = shape.plain
        description.source_is_signed = source.isSigned
        description.source_zero_point = source.zeroPoint
        guard ck_has_byte_products(), result.staysWithinIntegers, ck_takes_byte_convolution(&description)
        else { return nil }
        convolution = description
        let columns = Int(ck_byte_columns(&description))
        packed = AlignedMemory(count: ck_byte_weights_bytes(&description))
        self.bias = AlignedMemory(count: columns * MemoryLayout<Int32>.stride)
        scales = AlignedMemory(count: columns * MemoryLayout<Float>.stride)
        let folded = self.bias.base.assumingMemoryBound(to: Int32.self)
        let ordered = scales.base.assumingMemoryBound(to: Float.self)
        ck_byte_pack(&description, weights.values, bias, packed.base.assumingMemoryBound(to: Int8.self), folded)
        let given = result.scales
        let each = given.count == 1 ? Array(repeating: given[0], count: shape.destinationChannels) : given
        ck_byte_order(&description, each, ordered)
        self.result = ck_result(
            type: result.type, bias: folded, scales: ordered, scale_step: 1, zero_point: result.zeroPoint)
    }

    var scratchBytes: Int { withUnsafePointer(to: convolution) { ck_byte_scratch_bytes($0, parts) } }

    /// Whether it can add bytes to its results.
    var addsBytes: Bool { withUnsafePointer(to: convolution) { ck_adds_bytes($0) } }

    /// Convolves, on as many threads as there were to use when it was prepared, and adds to the results.
    func run(
        source: UnsafeRawPointer, addends: FloatAddends, sum: (sum: ByteSum, others: UnsafePointer<UInt8>)?,
        destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) {
        let addends = ck_addends(
            columns: addends.columns, elements: addends.elements, bytes: sum?.others, sum: sum?.sum.sum ?? ck_byte_sum(),
            results_come_first: sum?.sum.resultsComeFirst ?? false)
        withUnsafePointer(to: convolution) { convolution in
            withUnsafePointer(to: result) {
                ck_byte_convolve(
                    convolution, source, packed.base.assumingMemoryBound(to: Int8.self), $0, addends, destination,
                    scratch, parts)
            }
        }
    }
}
