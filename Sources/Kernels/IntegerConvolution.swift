internal import CDNN
internal import CKernels

/// An exact convolution of 8-bit data by 8-bit weights, prepared once: by our own byte products or by oneDNN where the
/// weights allow it, else by our own loops over 16-bit integers. Padding stands for the data's zero point.
public struct IntegerConvolution: Sendable {
    private enum Method: Sendable {
        case bytes(ByteConvolution)
        /// With the weights where oneDNN takes them as they are, and packs none.
        case dnn(DNNPrimitive, bias: [Int32]?, weights: [Int8])
        case words(WordConvolution, bias: [Int32]?)
    }

    private let method: Method
    private let rows: Int
    private let columns: Int
    private let methodScratchBytes: Int
    /// How 8-bit results are added to others.
    private var sum: ByteSum?

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public var scratchBytes: Int { sumsLater ? resultBytes + methodScratchBytes : methodScratchBytes }

    /// Bytes of 8-bit results, a multiple of 64.
    private var resultBytes: Int { (rows * columns + 63) / 64 * 64 }

    /// Whether results are there before others are added to them.
    private var sumsLater: Bool {
        if case .bytes(let bytes) = method, bytes.addsBytes { false } else { sum != nil }
    }

    /// Prepares a convolution. Weights are [destination channels, source channels / groups, kernel...]; constant ones
    /// are read now. `bias` has one value a destination channel. 8-bit results go into `sum`. Throws `DNNFault`.
    public init(
        _ shape: ConvolutionShape, source: ByteOperand, weights: ByteWeights, bias: [Int32]?, result: IntegerResult,
        sum: ByteSum? = nil
    ) throws(DNNFault) {
        if let byBytes = try Self(byBytes: shape, source: source, weights: weights, bias: bias, result: result) {
            self = byBytes
        } else {
            let words = WordConvolution(shape, source, weights, result)
            (rows, columns) = (shape.positions, shape.destinationChannels)
            method = .words(words, bias: bias)
            methodScratchBytes = words.scratchBytes
        }
        self.sum = sum
    }

    /// The same; `nil` where the bytes would have to be widened: the weights are not constant or do not fit int8, the
    /// processor has no suitable instructions, or oneDNN, which alone serves the shape, would not be exact.
    init?(
        byBytes shape: ConvolutionShape, source: ByteOperand, weights: ByteWeights, bias: [Int32]?,
        result: IntegerResult
    ) throws(DNNFault) {
        guard DNNPrimitive.hasExactIntegers || ck_has_byte_products(), let signed = shape.signed(weights)
        else { return nil }
        (rows, columns) = (shape.positions, shape.destinationChannels)
        if let bytes = ByteConvolution(shape, source, signed, bias, result) {
            method = .bytes(bytes)
            methodScratchBytes = bytes.scratchBytes
            return
        }
        var source = source, bias = bias
        if !shape.isPadded {
            bias = signed.bias(bias, absorbing: source.zeroPoint)
            source.zeroPoint = 0
        }
        guard signed.areExactInDNN(bias: bias),
            let primitive = try DNNPrimitive(
                shape, source: source, weights: signed, bias: bias != nil, result: result)
        else { return nil }
        method = .dnn(primitive, bias: bias, weights: primitive.keepsWeights ? [] : signed.values)
        methodScratchBytes = primitive.scratchBytes
    }

    /// Who computes: the name oneDNN gives its implementation, or which of our own loops.
    public var implementation: String {
        switch method {
        case .bytes: "bytes"
        case .dnn(let primitive, _, _): primitive.implementation
        case .words: "words"
        }
    }

    /// Convolves, and adds to float results, or to those of 8 bits as many `others`, which may be where the sums go. `weights`
    /// are read only where they were not constant. Throws `DNNFault`.
    public func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer?, addends: FloatAddends = FloatAddends(),
        others: UnsafePointer<UInt8>? = nil, destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        guard sumsLater, let sum, let others else {
            return try convolve(source, weights, addends, others, destination, scratch)
        }
        try convolve(source, weights, addends, nil, scratch, scratch + resultBytes)
        sum.run(
            results: scratch.assumingMemoryBound(to: UInt8.self), others: others, count: rows * columns,
            target: destination.assumingMemoryBound(to: UInt8.self))
    }

    private func convolve(
        _ source: UnsafeRawPointer, _ weights: UnsafeRawPointer?, _ addends: FloatAddends,
        _ others: UnsafePointer<UInt8>?, _ destination: UnsafeMutableRawPointer, _ scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .bytes(let bytes):
            let sum = sum.flatMap { sum in others.map { (sum, $0) } }
            return bytes.run(
                source: source, addends: addends, sum: sum, destination: destination, scratch: scratch)
        case .words(let words, let bias):
            words.run(source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        case .dnn(let primitive, let bias, let weights):
            try primitive.run(
                source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        }
        addends.add(to: destination, rows: rows, columns: columns)
    }
}

extension ConvolutionShape {
    /// Elements of the weights.
    var weightCount: Int { destinationChannels * (sourceChannels / groups) * kernel.reduce(1, *) }

    /// Output positions of all samples.
    fileprivate var positions: Int { batch * destination.reduce(1, *) }

    var isPadded: Bool { (padsBegin + padsEnd).contains { $0 != 0 } }

    /// Constant weights where they fit int8.
    fileprivate func signed(_ weights: ByteWeights) -> SignedWeights? {
        guard let constant = weights.constant else { return nil }
        let depth = weightCount / destinationChannels
        return weights.zeroPoints.withUnsafeBufferPointer { zeroPoints in
            SignedWeights(
                ck_byte_matrix(
                    values: constant, is_signed: weights.isSigned, rows: Int64(depth),
                    columns: Int64(destinationChannels), row_step: 1, column_step: Int64(depth),
                    zero_points: zeroPoints.baseAddress, zero_point_step: weights.zeroPointStep),
                count: weightCount)
        }
    }

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
        // One channel or one position is the same bytes in both layouts.
        c.source_is_channels_last =
            sourceLayout == .channelsLast || sourceChannels == 1 || source.allSatisfy { $0 == 1 }
        c.destination_is_channels_last =
            destinationLayout == .channelsLast || destinationChannels == 1 || destination.allSatisfy { $0 == 1 }
        return c
    }
}
