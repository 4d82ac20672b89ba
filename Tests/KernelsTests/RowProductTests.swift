import Testing

@testable import Kernels

/// A float32 row times a matrix beside sums in double.
@Suite("Products of a row")
struct RowProductTests {
    private static let sizes = [(n: 1, k: 1), (n: 7, k: 40), (n: 129, k: 35), (n: 300, k: 8), (n: 520, k: 700)]

    @Test(arguments: sizes, [false, true])
    private func `are the exact sums, rounded`(_ size: (n: Int, k: Int), columnsAreDense: Bool) throws {
        let row = try Row(n: size.n, k: size.k, columnsAreDense: columnsAreDense)
        for bias in [nil, row.bias] {
            for (column, result) in row.run(bias: bias).enumerated() {
                var sum = Double(bias?[column] ?? 0), most = abs(sum)
                for i in 0..<size.k {
                    let product = Double(row.source[i]) * Double(row.weight(i, column))
                    (sum, most) = (sum + product, most + abs(product))
                }
                #expect(abs(Double(result) - sum) <= 2e-7 * most * max(1, Double(size.k) / 16), "column \(column)")
            }
        }
    }

    @Test(arguments: [false, true])
    private func `are the same bits from any number of threads`(columnsAreDense: Bool) throws {
        let row = try Row(n: 520, k: 700, columnsAreDense: columnsAreDense), before = KernelThreads.count
        defer { KernelThreads.set(before) }
        KernelThreads.set(1)
        let expected = row.run(bias: row.bias)
        for threads in [2, 3, 5] {
            KernelThreads.set(threads)
            #expect(row.run(bias: row.bias) == expected, "\(threads) threads")
        }
    }

    @Test func `are not for several rows, nor for a matrix with gaps`() {
        func product(_ m: Int, _ strides: [Int]) -> RowProduct? {
            RowProduct(
                ProductShape(
                    source: [m, 8], sourceStrides: [8, 1], weights: [8, 6], weightsStrides: strides, destination: [m, 6]))
        }
        #expect(product(1, [6, 1]) != nil)
        #expect(product(1, [1, 8]) != nil)
        #expect(product(2, [6, 1]) == nil)
        #expect(product(1, [12, 2]) == nil)
    }
}

private struct Row {
    let product: RowProduct
    let source: [Float]
    let bias: [Float]
    private let weights: [Float]
    private let steps: (k: Int, n: Int)

    init(n: Int, k: Int, columnsAreDense: Bool) throws {
        var random = SeededRandom(seed: n)
        func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        (source, weights, bias) = (floats(k), floats(n * k), floats(n))
        steps = columnsAreDense ? (1, k) : (n, 1)
        product = try #require(
            RowProduct(
                ProductShape(
                    source: [1, k], sourceStrides: [k, 1], weights: [k, n], weightsStrides: [steps.k, steps.n],
                    destination: [1, n])))
    }

    func weight(_ i: Int, _ column: Int) -> Float { weights[i * steps.k + column * steps.n] }

    func run(bias: [Float]?) -> [Float] {
        var results = [Float](repeating: .nan, count: self.bias.count)
        bias.withUnsafePointer { product.run(source: source, weights: weights, bias: $0, destination: &results) }
        return results
    }
}

extension [Float]? {
    fileprivate func withUnsafePointer(_ body: (UnsafePointer<Float>?) -> Void) {
        guard let self else { return body(nil) }
        self.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
