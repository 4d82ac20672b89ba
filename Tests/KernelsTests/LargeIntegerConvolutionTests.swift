import Testing

@testable import Kernels

/// Convolutions large enough for every way to multiply, constant weights beside weights that come with runs: the latter
/// are always multiplied by our own loops over 16 bits, which other tests hold to the definition.
@Suite("Integer convolutions by constant weights")
struct LargeIntegerConvolutionTests {
    @Test(arguments: [27, 36, 45, 48], [false, true])
    func `multiply matrices of few rows`(rows: Int, isSigned: Bool) throws {
        try check(shape(channels: (768, 512), source: [rows], kernel: [1]), isSigned: isSigned)
    }

    @Test(arguments: [(20, 1, 1), (41, 2, 1), (23, 1, 2)], [0, 77])
    func `pad with the zero point`(window: (extent: Int, stride: Int, dilation: Int), zeroPoint: Int32) throws {
        let padded = shape(
            channels: (64, 96), source: [window.extent, window.extent], kernel: [3, 3],
            strides: [window.stride, window.stride], dilation: window.dilation, pads: [1, 2])
        try check(padded, zeroPoint: zeroPoint)
        try check(padded, isSigned: true, zeroPoint: zeroPoint)
    }

    @Test(arguments: [0, -31])
    func `take positions that see nothing but padding`(zeroPoint: Int32) throws {
        try check(
            shape(batch: 2, channels: (448, 544), source: [11, 8], kernel: [1, 1], pads: [1, 0]), isSigned: true,
            zeroPoint: zeroPoint)
        try check(
            shape(channels: (100, 160), source: [300], kernel: [7], strides: [3], pads: [6]), isSigned: true,
            zeroPoint: zeroPoint)
    }

    @Test func `take three axes`() throws {
        try check(shape(channels: (96, 160), source: [6, 16, 7], kernel: [1, 1, 1]))
        try check(shape(channels: (96, 48), source: [5, 8, 6], kernel: [2, 3, 2], strides: [1, 1, 2], pads: [0, 1, 1]))
    }

    @Test(arguments: [TensorLayout.planar, .channelsLast], [0, 39])
    func `take groups of few channels`(layout: TensorLayout, zeroPoint: Int32) throws {
        let shapes = [
            shape(groups: 4, channels: (4, 72), source: [124], kernel: [1]),
            shape(groups: 5, channels: (95, 15), source: [8, 7], kernel: [4, 4], strides: [2, 2], pads: [3, 2]),
            shape(groups: 4, channels: (32, 8), source: [14, 14], kernel: [1, 1]),
            shape(groups: 7, channels: (7, 105), source: [5, 17], kernel: [1, 1], strides: [1, 3]),
        ]
        for var shape in shapes {
            shape.destinationLayout = layout
            try check(shape, zeroPoint: zeroPoint)
            try check(shape, isSigned: true, zeroPoint: zeroPoint)
        }
    }

    private func shape(
        batch: Int = 1, groups: Int = 1, channels: (source: Int, destination: Int), source: [Int], kernel: [Int],
        strides: [Int]? = nil, dilation: Int = 1, pads: [Int]? = nil
    ) -> ConvolutionShape {
        let ones = source.map { _ in 1 }, strides = strides ?? ones, pads = pads ?? source.map { _ in 0 }
        let destination = source.indices.map {
            (source[$0] + 2 * pads[$0] - (kernel[$0] - 1) * dilation - 1) / strides[$0] + 1
        }
        var shape = ConvolutionShape(
            batch: batch, groups: groups, sourceChannels: channels.source, destinationChannels: channels.destination,
            source: source, kernel: kernel, destination: destination, strides: strides,
            dilations: ones.map { $0 * dilation }, padsBegin: pads, padsEnd: pads)
        (shape.sourceLayout, shape.destinationLayout) = (.channelsLast, .channelsLast)
        return shape
    }

    private func check(_ shape: ConvolutionShape, isSigned: Bool = false, zeroPoint: Int32 = 0) throws {
        var random = SeededRandom(seed: 11)
        let data = random.bytes(shape.batch * shape.sourceChannels * shape.source.reduce(1, *), extreme: false)
        // Small enough for sums that float32 holds exactly.
        let weights = random.bytes(shape.weightCount, extreme: false).map { Int8(bitPattern: $0) / 6 }
        let bias = (0..<shape.destinationChannels).map { _ in Int32(random.integer(-9000...9000)) }
        let scale = 0.5 / Float(shape.weightCount / shape.destinationChannels)
        let operand = ByteOperand(isSigned: isSigned, zeroPoint: zeroPoint)
        for result in [IntegerResult.sums, .bytes(isSigned: false, scales: [scale], zeroPoint: 99)] {
            let (got, implementation) = try run(shape, data, operand, weights, areConstant: true, bias, result)
            let (expected, _) = try run(shape, data, operand, weights, areConstant: false, bias, result)
            let differing = zip(expected, got).count { $0 != $1 }
            #expect(differing == 0, "\(differing) of \(expected.count) bytes, \(implementation), \(operand), \(shape)")
        }
    }

    private func run(
        _ shape: ConvolutionShape, _ data: [UInt8], _ operand: ByteOperand, _ weights: [Int8], areConstant: Bool,
        _ bias: [Int32], _ result: IntegerResult
    ) throws -> (bytes: [UInt8], implementation: String) {
        let count = shape.batch * shape.destinationChannels * shape.destination.reduce(1, *) * result.width
        var bytes = [UInt8](repeating: 0xaa, count: count)
        let convolution = try weights.withUnsafeBytes {
            try IntegerConvolution(
                shape, source: operand,
                weights: ByteWeights(
                    isSigned: true, zeroPoints: [0], constant: areConstant ? $0.baseAddress : nil),
                bias: bias, result: result)
        }
        let scratch = AlignedMemory(count: convolution.scratchBytes)
        try data.withUnsafeBytes { data in
            try weights.withUnsafeBytes { weights in
                try bytes.withUnsafeMutableBytes {
                    try convolution.run(
                        source: data.baseAddress!, weights: weights.baseAddress, destination: $0.baseAddress!,
                        scratch: scratch.base)
                }
            }
        }
        return (bytes, convolution.implementation)
    }
}
