internal import CKernels

/// A float32 convolution by constant weights of 3 x 3 with a quarter of the multiplications (Winograd's minimal
/// filtering; Lavin and Gray, 1509.09308): four times the weights, and twice the rounding errors.
///
/// `@unchecked`: the packed weights are never written again.
struct WinogradConvolution: @unchecked Sendable {
    private let convolution: ck_convolution
    private let packed: AlignedMemory
    private let tail: ck_float_tail
    private let parts = ck_threads()

    /// `nil` where the convolution is none of these, not faster so or, unless weights `mayGrow`, not by much. O(weights).
    init?(_ shape: ConvolutionShape, weights: UnsafeRawPointer, mayGrow: Bool, tail: ProductTail) {
        guard var description = Self.plain(shape), ck_takes_winograd(&description, mayGrow) else { return nil }
        convolution = description
        packed = AlignedMemory(count: ck_winograd_weights_bytes(&description))
        self.tail = tail.plain
        ck_winograd_pack(
            &description, weights.assumingMemoryBound(to: Float.self), packed.base.assumingMemoryBound(to: Float.self))
    }

    private static func plain(_ shape: ConvolutionShape) -> ck_convolution? {
        !shape.isTransposed && (1...3).contains(shape.source.count) ? shape.plain : nil
    }

    /// How many bytes more than weights take by themselves those take that are worth it only where they may grow.
    static func growth(of shape: ConvolutionShape) -> Int? {
        guard var description = plain(shape), ck_takes_winograd(&description, true),
            !ck_takes_winograd(&description, false)
        else { return nil }
        let count = shape.kernel.reduce(shape.sourceChannels * shape.destinationChannels, *)
        return ck_winograd_weights_bytes(&description) - count * MemoryLayout<Float>.stride
    }

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    var scratchBytes: Int { withUnsafePointer(to: convolution) { ck_winograd_scratch_bytes($0, parts) } }

    /// Convolves, on as many threads as there were to use when it was prepared; `bias` is one a destination channel.
    func run(
        source: UnsafePointer<Float>, bias: UnsafePointer<Float>?, destination: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: convolution) { convolution in
            withUnsafePointer(to: tail) {
                ck_winograd_convolve(
                    convolution, source, packed.base.assumingMemoryBound(to: Float.self), bias, $0, destination,
                    scratch, parts)
            }
        }
    }
}
