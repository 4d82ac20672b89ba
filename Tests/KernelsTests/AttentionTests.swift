import Testing

@testable import Kernels

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite("Attention")
struct AttentionTests {
    /// Random operands of several heads whose rows interleave, as projections leave them.
    struct Case: CustomTestStringConvertible, Sendable {
        let heads: Int, extents: AttentionLoop.Extents
        var hasAddend = false
        var keysLieAcross = false

        init(
            _ heads: Int, _ rows: Int, _ keys: Int, _ depth: Int, _ width: Int, addend: Bool = false,
            across: Bool = false
        ) {
            (self.heads, hasAddend, keysLieAcross) = (heads, addend, across)
            extents = .init(rows: rows, keys: keys, depth: depth, width: width)
        }

        var testDescription: String {
            "\(heads) heads, \(extents.rows)x\(extents.keys)x\(extents.depth)x\(extents.width)"
                + (hasAddend ? ", addend" : "") + (keysLieAcross ? ", keys across" : "")
        }

        var query: AttentionLoop.Matrices { interleaved(extents.depth) }
        var value: AttentionLoop.Matrices { interleaved(extents.width) }
        var key: AttentionLoop.Matrices {
            let size = extents.depth * extents.keys
            return keysLieAcross
                ? .init(heads: (0..<heads).map { $0 * size }, row: 1, column: extents.keys) : interleaved(extents.depth)
        }
        /// The same for all heads.
        var addend: AttentionLoop.Matrices {
            .init(heads: Array(repeating: 0, count: heads), row: extents.keys, column: 1)
        }

        private func interleaved(_ columns: Int) -> AttentionLoop.Matrices {
            .init(heads: (0..<heads).map { $0 * columns }, row: heads * columns, column: 1)
        }
    }

    private static let cases = [
        Case(1, 1, 1, 1, 1), Case(3, 7, 5, 4, 6), Case(2, 64, 64, 32, 32), Case(2, 65, 65, 24, 24, addend: true),
        Case(3, 13, 128, 64, 64, across: true), Case(1, 200, 33, 17, 80, addend: true), Case(5, 2, 700, 8, 3),
    ]
    private static let scale: Float = 0.37
    private static let seed = 11

    private static func random(_ count: Int, _ generator: inout SeededRandom) -> [Float] {
        (0..<count).map { _ in Float.random(in: -2...2, using: &generator) }
    }

    private struct Operands {
        var query: [Float], key: [Float], value: [Float], addend: [Float]

        init(_ c: Case) {
            var generator = SeededRandom(seed: AttentionTests.seed)
            let e = c.extents
            query = AttentionTests.random(c.heads * e.rows * e.depth, &generator)
            key = AttentionTests.random(c.heads * e.keys * e.depth, &generator)
            value = AttentionTests.random(c.heads * e.keys * e.width, &generator)
            addend = AttentionTests.random(e.rows * e.keys, &generator)
            // Some positions are masked, the first of a row never.
            for index in addend.indices where index % e.keys != 0 && index % 5 == 2 { addend[index] = -.infinity }
        }
    }

    private static func run(_ c: Case, _ operands: Operands) -> [Float] {
        let loop = AttentionLoop(
            c.extents, scale: scale, query: c.query, key: c.key, value: c.value, addend: c.hasAddend ? c.addend : nil,
            result: c.value)
        let scratch = AlignedMemory(count: loop.scratchBytes)
        var result = [Float](repeating: .nan, count: c.heads * c.extents.rows * c.extents.width)
        operands.addend.withUnsafeBufferPointer { addend in
            loop.run(
                query: operands.query, key: operands.key, value: operands.value,
                addend: c.hasAddend ? addend.baseAddress : nil, result: &result, scratch: scratch.base)
        }
        return result
    }

    /// One row of a head in double precision.
    private static func expected(_ c: Case, _ o: Operands, head: Int, row: Int) -> [Double] {
        let e = c.extents, query = c.query.heads[head] + row * c.query.row
        var scores = (0..<e.keys).map { key in
            (0..<e.depth).reduce(0.0) { sum, i in
                sum + Double(o.query[query + i]) * Double(o.key[c.key.heads[head] + key * c.key.row + i * c.key.column])
            } * Double(scale) + (c.hasAddend ? Double(o.addend[row * e.keys + key]) : 0)
        }
        let greatest = scores.max() ?? 0
        scores = scores.map { exp($0 - greatest) }
        let sum = scores.reduce(0, +)
        let value = c.value.heads[head]
        return (0..<e.width).map { column in
            (0..<e.keys).reduce(0) { $0 + scores[$1] / sum * Double(o.value[value + $1 * c.value.row + column]) }
        }
    }

    @Test("is softmax(scale * Q transpose(K) + addend) V", arguments: cases)
    func values(c: Case) {
        let operands = Operands(c), result = Self.run(c, operands)
        for head in 0..<c.heads {
            for row in 0..<c.extents.rows {
                for (column, expected) in Self.expected(c, operands, head: head, row: row).enumerated() {
                    let got = Double(result[c.value.heads[head] + row * c.value.row + column])
                    #expect(abs(got - expected) <= 4e-6, "seed \(Self.seed): \(head), \(row), \(column)")
                }
            }
        }
    }

    @Test("does not depend on the number of threads", arguments: cases)
    func threads(c: Case) {
        defer { KernelThreads.set(KernelThreads.available) }
        let operands = Operands(c)
        let results = [1, 2, 3, 5].map { count in
            KernelThreads.set(count)
            return Self.run(c, operands)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
