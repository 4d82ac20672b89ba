import Kernels
import Testing

@Suite("Rounding weights by their error at the output")
struct RoundingTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        var state = seed
        let result = Matrix(rows: rows, columns: columns)
        for index in result.elements.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            result.elements[index] = Float(Int(state >> 40) - (1 << 23)) / Float(1 << 23)
        }
        return result
    }

    /// Rows whose columns depend on each other, as those of a network do.
    private func correlated(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        let result = random(rows, columns, seed: seed)
        result.add(random(rows, 3, seed: seed + 1), times: random(3, columns, seed: seed + 2))
        return result
    }

    private func products(_ data: Matrix) -> Matrix {
        let result = Matrix(rows: data.columns, columns: data.columns)
        result.add(transposed: data, times: data)
        return result
    }

    @Test("a product is what the sum over its terms is, whatever the extents", arguments: [
        (1, 1, 1), (8, 16, 128), (9, 17, 129), (3, 40, 300), (65, 5, 2), (70, 1050, 130),
    ])
    func product(m: Int, n: Int, k: Int) {
        let a = random(m, k, seed: 1), b = random(k, n, seed: 2), c = Matrix(rows: m, columns: n)
        c.add(a, times: b, scale: -2)
        for row in 0..<m {
            for column in 0..<n {
                let sum = (0..<k).reduce(0.0) { $0 + Double(a[row, $1]) * Double(b[$1, column]) }
                #expect(abs(Double(c[row, column]) + 2 * sum) < 1e-4 * Double(k))
            }
        }
    }

    @Test("what is nearest on a grid is what division and rounding give", arguments: [(1, 1, 7), (5, 3, 127), (700, 60, 127)])
    func nearest(rows: Int, columns: Int, most: Int) {
        let weights = random(rows, columns, seed: 7)
        let scales = (0..<columns).map { Float($0 + 3) / Float(4 * columns * most) }
        let integers = RoundingKernels.nearest(weights, scales: scales, most: most)
        let values = RoundingKernels.weights(integers, scales: scales)
        for index in integers.indices {
            let scale = scales[index % columns], steps = (weights.elements[index] / scale).rounded(.toNearestOrEven)
            #expect(integers[index] == Int8(min(max(steps, -Float(most)), Float(most))))
            #expect(values.elements[index] == Float(integers[index]) * scale)
        }
    }

    @Test("the first rows of a matrix are its own, other rows are copies")
    func rows() {
        let matrix = random(5, 3, seed: 8), first = matrix.prefix(2), taken = matrix.rows([4, 1])
        matrix[1, 2] = 9
        #expect(first.rows == 2 && first[1, 2] == 9)
        #expect(taken[0, 0] == matrix[4, 0] && taken[1, 1] == matrix[1, 1] && taken[1, 2] != 9)
    }

    @Test("a factored matrix solves its equations", arguments: [1, 5, 64, 65, 150])
    func solves(n: Int) {
        let data = correlated(4 * n + 8, n, seed: 3)
        let h = products(data), x = random(n, 3, seed: 4)
        let b = Matrix(rows: n, columns: 3)
        b.add(h, times: x)
        let factor = products(data)
        #expect(factor.factor())
        factor.solve(b)
        for index in x.elements.indices { #expect(abs(x.elements[index] - b.elements[index]) < 2e-2) }
    }

    @Test("a matrix that is not positive definite is refused")
    func refuses() {
        let h = Matrix(rows: 2, columns: 2)
        (h[0, 0], h[1, 0], h[0, 1], h[1, 1]) = (1, 2, 2, 1)
        #expect(!h.factor())
    }

    @Test("rounding that makes up for its errors leaves less of them in the output than rounding to nearest")
    func beatsNearest() {
        let data = correlated(400, 70, seed: 5), weights = random(70, 6, seed: 6)
        let scales = [Float](repeating: 1 / 7, count: 6)
        let factor = products(data)
        #expect(factor.factor())
        let rounded = weights.copy()
        let integers = RoundingKernels.roundRows(rounded, factor: factor, scales: scales, most: 7)
        let nearest = weights.copy()
        for index in nearest.elements.indices { nearest.elements[index] = (nearest.elements[index] * 7).rounded() / 7 }
        func error(_ candidate: Matrix) -> Float {
            let difference = Matrix(rows: 400, columns: 6)
            difference.add(data, times: weights)
            difference.add(data, times: candidate, scale: -1)
            return difference.elements.reduce(0) { $0 + $1 * $1 }
        }
        #expect(error(rounded) < 0.7 * error(nearest))
        #expect(integers.allSatisfy { (-7...7).contains($0) })
        for index in integers.indices { #expect(rounded.elements[index] == Float(integers[index]) * scales[index % 6]) }
    }

    @Test("a channel that matters more counts more")
    func importance() {
        let rows = Matrix(rows: 1, columns: 2)
        (rows[0, 0], rows[0, 1]) = (0.4, 1.4)
        let noise = RoundingKernels.channelNoise(rows, inverse: [1, 1], importance: [1, 10], scale: 1, steps: 0...3)
        #expect(abs(noise - (0.16 + 1.6)) < 1e-5)
    }
}
