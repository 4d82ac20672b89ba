internal import CDNN
internal import CKernels

/// An exact convolution of 8-bit data by 8-bit weights, prepared once: by oneDNN where that is exact, else by our own
/// loops. Padding stands for the data's zero point.
public struct IntegerConvolution: Sendable {
    private enum Method: Sendable {
        case dnn(DNNPrimitive)
        case own(OwnConvolution)
    }

    private let method: Method
    private let bias: [Int32]?

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// Prepares a convolution. Weights are [destination channels, source channels / groups, kernel...]; constant ones
    /// are read now. `bias` has one value a destination channel. Throws `DNNFault`.
    public init(
        _ shape: ConvolutionShape, source: ByteOperand, weights: ByteWeights, bias: [Int32]?, result: IntegerResult
    ) throws(DNNFault) {
        self.bias = bias
        if let primitive = try Self.dnn(shape, source, weights, bias, result) {
            method = .dnn(primitive)
            scratchBytes = primitive.scratchBytes
        } else {
            let own = OwnConvolution(shape, source, weights, result)
            method = .own(own)
            scratchBytes = own.scratchBytes
        }
    }

    /// The name oneDNN gives its implementation; `nil` for our own loops.
    public var implementation: String? {
        if case .dnn(let primitive) = method { primitive.implementation } else { nil }
    }

    private static func dnn(
        _ shape: ConvolutionShape, _ source: ByteOperand, _ weights: ByteWeights, _ bias: [Int32]?,
        _ result: IntegerResult
    ) throws(DNNFault) -> DNNPrimitive? {
        guard let constant = weights.constant else { return nil }
        let depth = shape.weightCount / shape.destinationChannels
        let signed = weights.zeroPoints.withUnsafeBufferPointer { zeroPoints in
            SignedWeights(
                ck_byte_matrix(
                    values: constant, is_signed: weights.isSigned, rows: Int64(depth),
                    columns: Int64(shape.destinationChannels), row_step: 1, column_step: Int64(depth),
                    zero_points: zeroPoints.baseAddress, zero_point_step: weights.zeroPointStep),
                count: shape.weightCount, bias: bias)
        }
        guard let signed else { return nil }
        return try DNNPrimitive(shape, source: source, weights: signed, bias: bias != nil, result: result)
    }

    /// Convolves. `weights` are read only where they were not constant. Throws `DNNFault`.
    public func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer?, destination: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .own(let own):
            own.run(source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        case .dnn(let primitive):
            try primitive.run(source: source, weights: nil, bias: bias, destination: destination, scratch: scratch)
        }
    }
}

/// The convolution by our own loops.
private struct OwnConvolution: Sendable {
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

extension ConvolutionShape {
    /// Elements of the weights.
    var weightCount: Int { destinationChannels * (sourceChannels / groups) * kernel.reduce(1, *) }

    /// The shape in the terms of our own loops: three spatial axes, those that are not there of extent 1.
    var plain: ck_convolution {
        func padded(_ values: [Int], with filler: Int) -> [Int] {
            Array(repeating: filler, count: 3 - values.count) + values
        }
        precondition((1...3).contains(source.count), "a convolution has 1 to 3 spatial axes")
        var c = ck_convolution()
        c.batch = Int64(batch)
        c.groups = Int64(groups)
        c.source_channels = Int64(sourceChannels)
        c.destination_channels = Int64(destinationChannels)
        copy(padded(source, with: 1), to: &c.source)
        copy(padded(kernel, with: 1), to: &c.kernel)
        copy(padded(destination, with: 1), to: &c.destination)
        copy(padded(strides, with: 1), to: &c.stride)
        copy(padded(dilations, with: 1), to: &c.dilation)
        copy(padded(padsBegin, with: 0), to: &c.pad_begin)
        copy(padded(padsEnd, with: 0), to: &c.pad_end)
        c.source_is_channels_last = sourceLayout == .channelsLast
        c.destination_is_channels_last = destinationLayout == .channelsLast
        return c
    }
}
