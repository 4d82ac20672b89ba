internal import CKernels

/// The loops of rounding weights by the error they cause at the output.
public enum RoundingKernels {
    /// Elements below which one thread handles all.
    private static let leastShared = 1 << 15

    /// Rounds each column of `weights` to the symmetric grid `scales[column] * (-most...most)`, row after row from the
    /// last to the first; each row makes up for what the rows after it left. `factor` is the Cholesky factor of the rows'
    /// products. `weights` become the rounded values; the result are their integers. O(rows² * columns).
    public static func roundRows(_ weights: Matrix, factor: Matrix, scales: [Float], most: Int) -> [Int8] {
        precondition(factor.rows == weights.rows && scales.count == weights.columns, "extents of weights")
        let shift = Matrix(rows: weights.rows, columns: weights.columns)
        return [Int8](unsafeUninitializedCapacity: weights.rows * weights.columns) { buffer, count in
            ck_round_rows(
                Int64(weights.rows), Int64(weights.columns), factor.base, weights.base, scales, Int32(clamping: most),
                buffer.baseAddress, shift.base)
            count = weights.rows * weights.columns
        }
    }

    /// Each of `weights` rounded to the nearest of `scales[column] * (-most...most)`, divided by its scale. O(elements).
    public static func nearest(_ weights: Matrix, scales: [Float], most: Int) -> [Int8] {
        precondition(scales.count == weights.columns, "one scale a column")
        let count = weights.rows * weights.columns, most = Int8(clamping: most)
        let zeroPoints = [Int32](repeating: 0, count: scales.count)
        return [Int8](unsafeUninitializedCapacity: count) { buffer, initialized in
            nonisolated(unsafe) let target = buffer
            KernelThreads.share(weights.rows, least: leastShared / max(weights.columns, 1)) { rows in
                guard let base = target.baseAddress else { return }
                let first = rows.lowerBound * weights.columns, end = rows.upperBound * weights.columns
                LinearQuantizer(.int8, extents: [rows.count, weights.columns], axis: 1).quantize(
                    weights.base + first, into: base + first, scales: scales, zeroPoints: zeroPoints)
                for index in first..<end { base[index] = min(max(base[index], -most), most) }
            }
            initialized = count
        }
    }

    /// The weights that `integers` [rows, columns] stand for on the grids of `scales`, one a column. O(elements).
    public static func weights(_ integers: [Int8], scales: [Float]) -> Matrix {
        let result = Matrix(unwrittenRows: integers.count / max(scales.count, 1), columns: scales.count)
        let zeroPoints = [Int32](repeating: 0, count: scales.count)
        KernelThreads.share(result.rows, least: leastShared / max(result.columns, 1)) { rows in
            integers.withUnsafeBytes { integers in
                guard let base = integers.baseAddress else { return }
                let first = rows.lowerBound * result.columns
                LinearQuantizer(.int8, extents: [rows.count, result.columns], axis: 1).dequantize(
                    base + first, into: result.base + first, scales: scales, zeroPoints: zeroPoints)
            }
        }
        return result
    }

    /// The squared error of rounding each column of `weights` to the nearest of `scales[column] * (-most...most)`, each row
    /// weighted by its `importance`. O(rows * columns).
    public static func roundingErrors(
        _ weights: Matrix, importance: [Float], scales: [Float], most: Int
    ) -> [Float] {
        precondition(importance.count == weights.rows && scales.count == weights.columns, "extents of weights")
        return [Float](unsafeUninitializedCapacity: weights.columns) { buffer, count in
            ck_rounding_errors(
                Int64(weights.rows), Int64(weights.columns), weights.base, importance, scales, Int32(clamping: most),
                buffer.baseAddress)
            count = weights.columns
        }
    }

    /// The squared error of rounding each column of `rows`, multiplied by `inverse`, to the multiples `q * scale` with `q` in
    /// `steps`, weighted by the column's importance and, where they are given, each element's own weight. O(elements).
    public static func channelNoise(
        _ rows: Matrix, weights: Matrix? = nil, inverse: [Float], importance: [Float], scale: Float,
        steps: ClosedRange<Int>
    ) -> Double {
        precondition(inverse.count == rows.columns && importance.count == rows.columns, "one number a column")
        precondition(weights.map { $0.rows == rows.rows && $0.columns == rows.columns } ?? true, "a weight an element")
        return ck_channel_noise(
            Int64(rows.rows), Int64(rows.columns), rows.base, weights?.base, inverse, importance, scale,
            Float(steps.lowerBound), Float(steps.upperBound))
    }
}
