internal import CKernels

/// A float32 convolution summed in double precision, in planar layout: slow, and rounded once.
public struct ExactConvolution: Sendable {
    private let convolution: ck_convolution

    /// A convolution over 1 to 3 spatial axes.
    public init(_ shape: ConvolutionShape) { convolution = shape.plain }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { Int(convolution.destination.2) * MemoryLayout<Double>.stride }

    /// Convolves; weights are [destination channels, source channels / groups, kernel...]. O(multiply-accumulates).
    public func run(
        _ source: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: convolution) {
            ck_exact_convolve($0, source, weights, bias, destination, scratch.assumingMemoryBound(to: Double.self))
        }
    }
}

/// A float32 matrix product [m, k] x [k, n] summed in double precision: slow, and rounded once.
public struct ExactProduct: Sendable {
    private var shape: ck_exact_shape

    /// Steps are in elements between rows and between columns; those of the bias may be 0.
    public init(
        m: Int, n: Int, k: Int, a: (row: Int, column: Int), b: (row: Int, column: Int),
        bias: (row: Int, column: Int) = (0, 0)
    ) {
        shape = ck_exact_shape(
            m: Int64(m), n: Int64(n), k: Int64(k), a_row: Int64(a.row), a_column: Int64(a.column), b_row: Int64(b.row),
            b_column: Int64(b.column), bias_row: Int64(bias.row), bias_column: Int64(bias.column))
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { Int(shape.n) * MemoryLayout<Double>.stride }

    /// Multiplies. O(m × n × k).
    public func run(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: shape) {
            ck_exact_multiply($0, a, b, bias, y, scratch.assumingMemoryBound(to: Double.self))
        }
    }
}
