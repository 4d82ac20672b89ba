import Testing

@testable import Kernels

@Suite("Integer convolutions")
struct IntegerConvolutionTests {
    @Test(arguments: 0..<160)
    func `give the integers of the definition`(seed: Int) throws {
        try check(IntegerConvolutionCase(seed: seed), constant: seed % 8 != 0, seed: seed)
    }

    @Test(arguments: 0..<40, [1, 2])
    func `give the integers of the definition where windows slide`(seed: Int, stride: Int) throws {
        try check(IntegerConvolutionCase(seed: seed, sliding: stride), constant: true, seed: seed)
    }

    @Test(arguments: [1, 96])
    func `are the same on every number of threads`(groups: Int) throws {
        defer { KernelThreads.set(KernelThreads.available) }
        let results = try [1, 2, 5].map { threads in
            KernelThreads.set(threads)
            return try large(groups: groups)
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }

    /// The result of a convolution that is worth sharing between threads.
    private func large(groups: Int) throws -> [UInt8] {
        var random = SeededRandom(seed: 7)
        var shape = ConvolutionShape(
            batch: 1, groups: groups, sourceChannels: 96, destinationChannels: 96, source: [37, 41], kernel: [3, 3],
            destination: [37, 41], strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
        (shape.sourceLayout, shape.destinationLayout) = (.channelsLast, .channelsLast)
        let source = random.bytes(96 * 37 * 41, extreme: false), weights = random.bytes(shape.weightCount, extreme: false)
        let convolution = try weights.withUnsafeBytes { weights throws(DNNFault) in
            try IntegerConvolution(
                shape, source: ByteOperand(isSigned: false, zeroPoint: 120),
                weights: ByteWeights(isSigned: true, zeroPoints: [0], constant: weights.baseAddress), bias: nil,
                result: .bytes(isSigned: false, scales: [0.001], zeroPoint: 128))
        }
        let scratch = AlignedMemory(count: convolution.scratchBytes)
        var result = [UInt8](repeating: 0, count: source.count)
        try result.withUnsafeMutableBytes {
            try convolution.run(source: source, weights: nil, destination: $0.baseAddress!, scratch: scratch.base)
        }
        return result
    }

    private func check(_ c: IntegerConvolutionCase, constant: Bool, seed: Int) throws {
        let expected = c.expected
        var got = [UInt8](repeating: 0xaa, count: expected.count)
        let convolution = try c.weightBytes.withUnsafeBytes { weights throws(DNNFault) in
            try IntegerConvolution(
                c.shape, source: c.source,
                weights: ByteWeights(
                    isSigned: c.weightsAreSigned, zeroPoints: c.zeroPoints,
                    constant: constant ? weights.baseAddress : nil),
                bias: c.bias, result: c.result)
        }
        let scratch = AlignedMemory(count: convolution.scratchBytes)
        try c.sourceBytes.withUnsafeBytes { source in
            try c.weightBytes.withUnsafeBytes { weights in
                try got.withUnsafeMutableBytes {
                    try convolution.run(
                        source: source.baseAddress!, weights: weights.baseAddress, destination: $0.baseAddress!,
                        scratch: scratch.base)
                }
            }
        }
        let differing = zip(expected, got).count { $0 != $1 }
        #expect(
            differing == 0,
            "seed \(seed), \(differing) of \(expected.count) bytes, \(convolution.implementation), \(c.shape)")
    }
}
