internal import CKernels

/// The largest magnitudes of weights.
public enum Magnitudes {
    /// The largest of each channel of `weights`, [outer, channels, inner]; `nil` where a value is not finite. O(weights).
    public static func largest(
        _ weights: UnsafePointer<Float>, outer: Int, channels: Int, inner: Int
    ) -> [Float]? {
        var isFinite = false
        let largest = [Float](unsafeUninitializedCapacity: channels) { largest, filled in
            isFinite = ck_absmax_channels(weights, outer, channels, inner, largest.baseAddress)
            filled = channels
        }
        return isFinite ? largest : nil
    }

    /// The largest of each row's magnitudes, [rows, factors], times the factors. O(rows * factors).
    public static func largestOfRows(_ magnitudes: ArraySlice<Float>, _ factors: ArraySlice<Float>) -> [Float] {
        let rows = factors.isEmpty ? 0 : magnitudes.count / factors.count
        return largest(magnitudes, factors, count: rows) { magnitudes, factors, largest in
            ck_scaled_row_maxima(magnitudes.baseAddress, rows, factors.count, factors.baseAddress, largest)
        }
    }

    /// The largest of each column's magnitudes, [factors, columns], times the factors. O(factors * columns).
    public static func largestOfColumns(_ magnitudes: ArraySlice<Float>, _ factors: ArraySlice<Float>) -> [Float] {
        let columns = factors.isEmpty ? 0 : magnitudes.count / factors.count
        return largest(magnitudes, factors, count: columns) { magnitudes, factors, largest in
            ck_scaled_column_maxima(magnitudes.baseAddress, factors.count, columns, factors.baseAddress, largest)
        }
    }

    private static func largest(
        _ magnitudes: ArraySlice<Float>, _ factors: ArraySlice<Float>, count: Int,
        _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>, UnsafeMutablePointer<Float>?) -> Void
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { largest, filled in
            magnitudes.withUnsafeBufferPointer { magnitudes in
                factors.withUnsafeBufferPointer { body(magnitudes, $0, largest.baseAddress) }
            }
            filled = count
        }
    }
}
