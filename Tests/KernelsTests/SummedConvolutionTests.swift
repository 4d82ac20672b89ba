import Testing

@testable import Kernels

/// A convolution that goes on to an addition beside the two one after the other.
@Suite("Integer convolutions with a sum behind them")
struct SummedConvolutionTests {
    private struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var batch = 1, groups = 1
        var channels: (source: Int, destination: Int)
        var extent: [Int]
        var kernel = 1, pad = 0
        var testDescription: String { name }
    }

    private static let cases = [
        Case(name: "rows one behind the other", channels: (64, 160), extent: [9, 11]),
        Case(name: "rows in lines", batch: 2, channels: (64, 96), extent: [5, 19], kernel: 3, pad: 1),
        Case(name: "gathered rows", batch: 2, channels: (68, 80), extent: [7, 7], kernel: 3, pad: 1),
        Case(name: "few columns", channels: (40, 24), extent: [6, 7]),
        Case(name: "one row", channels: (256, 70), extent: [1, 1]),
        Case(name: "every channel of its own", groups: 48, channels: (48, 48), extent: [8, 9], kernel: 3, pad: 1),
        Case(name: "groups", groups: 2, channels: (24, 32), extent: [6, 6], kernel: 3, pad: 1),
    ]

    @Test(arguments: cases, [false, true])
    private func `are the sums of what the convolution alone gives`(_ c: Case, isSigned: Bool) throws {
        for resultsComeFirst in [false, true] {
            var random = SeededRandom(seed: 3)
            let shape = shape(c), count = c.batch * c.channels.destination * c.extent.reduce(1, *)
            let data = random.bytes(c.batch * c.channels.source * c.extent.reduce(1, *), extreme: false)
            let weights = random.bytes(shape.weightCount, extreme: false)
            let others = random.bytes(count, extreme: true)
            let grids = (OperandGrid(scale: 0.031, zeroPoint: 7), OperandGrid(scale: 0.017, zeroPoint: -3))
            let output = OperandGrid(scale: 0.029, zeroPoint: 11)
            let alone = try run(shape, data, weights, isSigned, sum: nil, others: nil, count)
            let sum = try #require(
                ByteSum(
                    results: grids.0, others: grids.1, output: output, resultsComeFirst: resultsComeFirst,
                    isSigned: isSigned))
            let addition = GridArithmetic(
                .add, a: ([count], resultsComeFirst ? grids.0 : grids.1), b: ([count], resultsComeFirst ? grids.1 : grids.0),
                output: ([count], output), isSigned: isSigned)
            var expected = [UInt8](repeating: 0, count: count)
            addition.run(resultsComeFirst ? alone : others, resultsComeFirst ? others : alone, &expected)
            #expect(try run(shape, data, weights, isSigned, sum: sum, others: others, count) == expected)
        }
    }

    private func shape(_ c: Case) -> ConvolutionShape {
        var shape = ConvolutionShape(
            batch: c.batch, groups: c.groups, sourceChannels: c.channels.source, destinationChannels: c.channels.destination,
            source: c.extent, kernel: [c.kernel, c.kernel], destination: c.extent, strides: [1, 1], dilations: [1, 1],
            padsBegin: [c.pad, c.pad], padsEnd: [c.pad, c.pad])
        (shape.sourceLayout, shape.destinationLayout) = (.channelsLast, .channelsLast)
        return shape
    }

    /// With a sum, its results are written over `others`.
    private func run(
        _ shape: ConvolutionShape, _ data: [UInt8], _ weights: [UInt8], _ isSigned: Bool, sum: ByteSum?, others: [UInt8]?,
        _ count: Int
    ) throws -> [UInt8] {
        let depth = shape.weightCount / shape.destinationChannels
        let convolution = try weights.withUnsafeBytes { weights throws(DNNFault) in
            try IntegerConvolution(
                shape, source: ByteOperand(isSigned: isSigned, zeroPoint: 5),
                weights: ByteWeights(isSigned: true, zeroPoints: [0], constant: weights.baseAddress), bias: nil,
                result: .bytes(isSigned: isSigned, scales: [0.02 / Float(depth)], zeroPoint: 7), sum: sum)
        }
        let scratch = AlignedMemory(count: convolution.scratchBytes)
        var result = others ?? [UInt8](repeating: 0xaa, count: count)
        try result.withUnsafeMutableBytes { bytes in
            let target = bytes.baseAddress!
            try convolution.run(
                source: data, weights: nil, others: sum.map { _ in UnsafePointer(target.assumingMemoryBound(to: UInt8.self)) },
                destination: target, scratch: scratch.base)
        }
        return result
    }
}
