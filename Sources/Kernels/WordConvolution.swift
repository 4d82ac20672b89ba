internal import CKernels

/// A convolution of bytes widened to 16 bits, for every processor and any weights.
struct WordConvolution: Sendable {
    private let convolution: ck_convolution
    private let weights: (isSigned: Bool, zeroPoints: [Int32], step: Int64)
    private let result: IntegerResult
    private let scales: [Float]
    /// `nil` where weights come with every run and are packed in scratch memory.
    private let packed: AlignedMemory?
    private let packedBytes: Int

    init(_ shape: ConvolutionShape, _ source: ByteOperand, _ weights: ByteWeights, _ result: IntegerResult) {
        var description = shape.plain
        description.source_is_signed = source.isSigned
        description.source_zero_point = source.zeroPoint
        convolution = description
        self.result = result
        scales = result.scales
        self.weights = (weights.isSigned, weights.zeroPoints, weights.zeroPointStep)
        packedBytes = (ck_convolution_weights_bytes(&description) + 63) / 64 * 64
        guard let constant = weights.constant else {
            packed = nil
            return
        }
        let memory = AlignedMemory(count: packedBytes)
        packed = memory
        pack(constant, to: memory.base)
    }

    var scratchBytes: Int {
        withUnsafePointer(to: convolution) { ck_convolution_scratch_bytes($0) } + (packed == nil ? packedBytes : 0)
    }

    private func pack(_ values: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        withUnsafePointer(to: convolution) {
            ck_convolution_pack(
                $0, values, weights.isSigned, weights.zeroPoints, weights.step,
                target.assumingMemoryBound(to: Int16.self))
        }
    }

    func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer?, bias: [Int32]?, destination: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) {
        var scratch = scratch
        let panels = packed?.base ?? scratch
        if packed == nil, let weights {
            pack(weights, to: panels)
            scratch += packedBytes
        }
        result.withDescription(bias: bias, scales: scales) { result in
            withUnsafePointer(to: convolution) {
                ck_convolve($0, source, panels.assumingMemoryBound(to: Int16.self), result, destination, scratch)
            }
        }
    }
}
