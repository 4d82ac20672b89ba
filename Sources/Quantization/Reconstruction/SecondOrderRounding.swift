internal import Kernels

/// Rounds a product's weights so that its output from quantized data comes as close as it can to what its float weights
/// give there: weights are rounded one row after the other, and those still to come make up for the error so far.
///
/// - Source: GPTQ (Frantar et al., arXiv 2210.17323), sections 3 and 4, with its order by the diagonal and its damping.
///   The rounding itself is Babai's nearest plane on the Cholesky factor of the rows' products, which gives the same
///   integers as GPTQ's inverse.
/// - Formula: with rows x of data and float weights W0, minimizes sum |x W - x W0|² + damping * |W - W0|².
struct SecondOrderRounding {
    /// Rows of a weight that are rounded together; what blocks owe each other goes by way of the outputs' residual.
    private static let block = 512
    private static let damping: Float = 0.01

    /// Some columns of the data, in the order in which they are rounded, and the factor of their products.
    private struct Part: Sendable {
        let rows: Range<Int>
        let data: Matrix
        let factor: Matrix
    }

    private let order: [Int]
    /// The last rows first.
    private let parts: [Part]

    /// Prepares for rows of data [rows, inner]; `nil` where they allow no factorization. O(rows * inner * block).
    init?(data: Matrix) {
        let order = Self.byEnergy(data), ends = Array(stride(from: data.columns, to: 0, by: -Self.block))
        let parts = KernelThreads.map(ends) { end -> Part? in
            let rows = max(0, end - Self.block)..<end, part = data.columns(Array(order[rows]))
            return Self.factor(part).map { Part(rows: rows, data: part, factor: $0) }
        }
        self.order = order
        self.parts = parts.compactMap { $0 }
        guard self.parts.count == ends.count else { return nil }
    }

    /// Rounds `weights` [inner, channels] to `scales[channel] * (-most...most)`. O(rows * inner * channels).
    func round(_ weights: Matrix, scales: [Float], most: Int) -> [Int8] {
        let inner = weights.rows, channels = weights.columns
        let residual = Matrix(rows: parts.first?.data.rows ?? 0, columns: channels)
        var integers = [Int8](repeating: 0, count: inner * channels)
        for (index, part) in parts.enumerated() {
            let range = part.rows, float = weights.rows(Array(order[range])), target = float.copy()
            if index > 0 {
                let step = Matrix(rows: range.count, columns: channels)
                step.add(transposed: part.data, times: residual)
                part.factor.solve(step)
                target.add(step)
            }
            let rounded = RoundingKernels.roundRows(target, factor: part.factor, scales: scales, most: most)
            for (row, place) in order[range].enumerated() {
                integers.replaceSubrange(
                    place * channels..<(place + 1) * channels, with: rounded[row * channels..<(row + 1) * channels])
            }
            target.add(float, scale: -1)
            guard range.lowerBound > 0 else { break }
            residual.add(part.data, times: target, scale: -1)
        }
        return integers
    }

    private static func factor(_ data: Matrix) -> Matrix? {
        let products = Matrix(rows: data.columns, columns: data.columns)
        products.addSquare(of: data)
        let mean = (0..<data.columns).reduce(0) { $0 + products[$1, $1] } / Float(data.columns)
        guard mean > 0, mean.isFinite else { return nil }
        for index in 0..<data.columns { products[index, index] += damping * mean }
        return products.factor() ? products : nil
    }

    /// Columns of `data` by their sum of squares, ascending.
    private static func byEnergy(_ data: Matrix) -> [Int] {
        let energy = data.columnEnergies
        return energy.indices.sorted { (energy[$0], $0) < (energy[$1], $1) }
    }
}
