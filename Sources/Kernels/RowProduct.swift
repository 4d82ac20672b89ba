internal import CKernels

/// The product of a single float32 row and a matrix. It waits for the matrix, which is read as it lies, several runs of
/// it at a time.
public struct RowProduct: Sendable {
    private let n: Int
    private let k: Int
    private let columnsAreDense: Bool

    /// `nil` where the source has more rows or the matrix lies otherwise.
    public init?(_ shape: ProductShape) {
        guard shape.destination.count == 2, shape.destination[0] == 1, shape.source[1] > 0 else { return nil }
        (n, k) = (shape.destination[1], shape.source[1])
        switch shape.weightsStrides {
        case [n, 1]: columnsAreDense = false
        case [1, k]: columnsAreDense = true
        default: return nil
        }
    }

    /// `destination[c] = sum over i of source[i] * weights[i, c], + bias[c]`. O(weights).
    public func run(
        source: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        destination: UnsafeMutablePointer<Float>
    ) {
        ck_multiply_row(Int64(n), Int64(k), source, weights, columnsAreDense, bias, destination)
    }
}
