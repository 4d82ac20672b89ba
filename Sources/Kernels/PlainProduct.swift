internal import CKernels

/// The product of two dense row-major matrices of a type that oneDNN does not multiply: [m, k] x [k, n]. Integers wrap.
public struct PlainProduct: Sendable {
    public let m: Int
    public let n: Int
    public let k: Int

    public init(m: Int, n: Int, k: Int) { (self.m, self.n, self.k) = (m, n, k) }

    public func run(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        ck_product_f32(Int64(m), Int64(n), Int64(k), a, b, y)
    }

    public func run(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
        ck_product_f64(Int64(m), Int64(n), Int64(k), a, b, y)
    }

    /// Serves signed integers too: the low bits are the same.
    public func run(_ a: UnsafePointer<UInt32>, _ b: UnsafePointer<UInt32>, _ y: UnsafeMutablePointer<UInt32>) {
        ck_product_u32(Int64(m), Int64(n), Int64(k), a, b, y)
    }

    public func run(_ a: UnsafePointer<UInt64>, _ b: UnsafePointer<UInt64>, _ y: UnsafeMutablePointer<UInt64>) {
        ck_product_u64(Int64(m), Int64(n), Int64(k), a, b, y)
    }
}

/// `y = alpha * y + beta * c` over a dense matrix y of [rows, columns]; `c` by strides, which may be 0.
public func addScaled(
    rows: Int, columns: Int, alpha: Float, _ y: UnsafeMutablePointer<Float>, beta: Float, _ c: UnsafePointer<Float>?,
    strides: (row: Int, column: Int)
) {
    ck_add_scaled(Int64(rows), Int64(columns), alpha, y, beta, c, Int64(strides.row), Int64(strides.column))
}
