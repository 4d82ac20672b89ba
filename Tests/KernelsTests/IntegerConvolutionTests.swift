import Testing

@testable import Kernels

@Suite("Integer convolutions")
struct IntegerConvolutionTests {
    @Test(arguments: 0..<160)
    func `give the integers of the definition`(seed: Int) throws {
        try check(IntegerConvolutionCase(seed: seed), constant: seed % 8 != 0, seed: seed)
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
            "seed \(seed), \(differing) of \(expected.count) bytes, \(convolution.implementation ?? "own"), \(c.shape)")
    }
}
