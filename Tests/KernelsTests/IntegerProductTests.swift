import Testing

@testable import Kernels

@Suite("Integer matrix products")
struct IntegerProductTests {
    @Test(arguments: 0..<200)
    func `give the integers of the definition`(seed: Int) throws {
        var random = SeededRandom(seed: seed)
        var shape = IntegerProduct.Shape(
            m: random.integer(1...50), n: random.integer(1...40), k: random.integer(1...(seed % 5 == 0 ? 400 : 40)))
        shape.isSourceTransposed = random.flag()
        shape.isWeightsTransposed = random.flag()
        let extreme = random.flag(), constant = random.integer(0...3) > 0
        let a = random.bytes(shape.m * shape.k, extreme: extreme), b = random.bytes(shape.k * shape.n, extreme: extreme)
        let sourceZero = random.flag() ? 0 : Int32(random.integer(-20...99))
        let source = ByteOperand(isSigned: random.flag(), zeroPoint: sourceZero)
        let signed = random.integer(0...3) > 0
        let zeroPoints = (0..<(random.flag() ? 1 : shape.n)).map { _ in
            seed.isMultiple(of: 3) ? Int32(random.integer(0...99)) : signed ? 0 : 128
        }
        let bias = random.flag() ? (0..<shape.n).map { _ in Int32(random.integer(-50000...50000)) } : nil
        let result = Self.result(&random, shape)
        let expected = Self.expected(shape, a, source, b, signed, zeroPoints, bias, result)
        var got = [UInt8](repeating: 0xaa, count: expected.count)
        let product = try b.withUnsafeBytes { values throws(DNNFault) in
            try IntegerProduct(
                shape, source: source,
                weights: ByteWeights(
                    isSigned: signed, zeroPoints: zeroPoints, constant: constant ? values.baseAddress : nil),
                bias: bias, result: result)
        }
        let scratch = AlignedMemory(count: product.scratchBytes)
        try got.withUnsafeMutableBytes {
            try product.run(source: a, weights: b, destination: $0.baseAddress!, scratch: scratch.base)
        }
        let differing = zip(expected, got).count { $0 != $1 }
        #expect(differing == 0, "seed \(seed), \(product.implementation), \(shape)")
    }

    @Test(arguments: 0..<40)
    func `of many pairs are those of each pair, on any number of threads`(seed: Int) throws {
        var random = SeededRandom(seed: seed)
        let shape = IntegerProduct.Shape(
            m: random.integer(1...130), n: random.integer(1...90), k: random.integer(1...70))
        let pairs = (0..<random.integer(1...9)).map { _ in (a: random.integer(0...3), b: random.integer(0...2)) }
        let a = random.bytes(4 * shape.m * shape.k, extreme: random.flag())
        let b = random.bytes(3 * shape.k * shape.n, extreme: random.flag())
        let source = ByteOperand(isSigned: random.flag(), zeroPoint: Int32(random.integer(0...99)))
        let weights = ByteWeights(isSigned: true, zeroPoints: [0], constant: nil)
        let result = Self.result(&random, shape)
        let threads = KernelThreads.count
        defer { KernelThreads.set(threads) }
        KernelThreads.set(random.integer(1...3))
        let product = try IntegerProduct(
            shape, pairs: pairs, source: source, weights: weights, bias: nil, result: result)
        let scratch = AlignedMemory(count: product.scratchBytes)
        let expected = pairs.flatMap { pair -> [UInt8] in
            let left = Array(a[pair.a * shape.m * shape.k..<(pair.a + 1) * shape.m * shape.k])
            let right = Array(b[pair.b * shape.k * shape.n..<(pair.b + 1) * shape.k * shape.n])
            return Self.expected(shape, left, source, right, true, [0], nil, result)
        }
        var got = [UInt8](repeating: 0xaa, count: expected.count)
        try got.withUnsafeMutableBytes {
            try product.run(source: a, weights: b, destination: $0.baseAddress!, scratch: scratch.base)
        }
        #expect(zip(expected, got).allSatisfy { $0 == $1 }, "seed \(seed), \(product.implementation), \(shape)")
    }

    private static func result(_ random: inout SeededRandom, _ shape: IntegerProduct.Shape) -> IntegerResult {
        let scales = (0..<(random.flag() ? 1 : shape.n)).map { _ in
            random.flag() ? Float.random(in: 0.5...2, using: &random) / Float(80 * shape.k) : 0x1p-9
        }
        switch random.integer(0...3) {
        case 0: return .sums
        case 1: return .floats(scales)
        default:
            let isSigned = random.flag()
            let zeroPoint = random.flag() ? 0 : Int32(random.integer(0...255) - (isSigned ? 128 : 0))
            return .bytes(isSigned: isSigned, scales: scales, zeroPoint: zeroPoint)
        }
    }

    private static func expected(
        _ shape: IntegerProduct.Shape, _ a: [UInt8], _ source: ByteOperand, _ b: [UInt8], _ signed: Bool,
        _ zeroPoints: [Int32], _ bias: [Int32]?, _ result: IntegerResult
    ) -> [UInt8] {
        func value(_ byte: UInt8, _ signed: Bool) -> Int { signed ? Int(Int8(bitPattern: byte)) : Int(byte) }
        let (rows, columns) = (shape.sourceStrides, shape.weightsStrides)
        var bytes: [UInt8] = []
        for i in 0..<shape.m {
            for j in 0..<shape.n {
                let zero = Int(zeroPoints[zeroPoints.count == 1 ? 0 : j])
                var total = Int(bias?[j] ?? 0)
                for l in 0..<shape.k {
                    let x = value(a[i * rows.row + l * rows.column], source.isSigned) - Int(source.zeroPoint)
                    total += x * (value(b[l * columns.row + j * columns.column], signed) - zero)
                }
                bytes += result.encoded(Int32(truncatingIfNeeded: total), column: j)
            }
        }
        return bytes
    }
}
