internal import CKernels

/// A float32 convolution in planar layout whose terms are added in a stated order (ckernels_ordered.h), so that its bits
/// can be compared with another runtime's.
public struct OrderedConvolution: Sendable {
    private let convolution: ck_convolution

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// A convolution over 1 to 3 spatial axes.
    public init(_ shape: ConvolutionShape) {
        convolution = shape.plain
        scratchBytes = withUnsafePointer(to: convolution) { ck_ordered_convolution_scratch($0) }
    }

    /// Convolves; weights are [destination channels, source channels / groups, kernel...]. O(multiply-accumulates).
    public func run(
        _ source: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: convolution) {
            ck_ordered_convolve($0, source, weights, bias, destination, scratch)
        }
    }
}

/// A float32 product of dense matrices, [m, k] x [k, n], whose terms are added in a stated order (ckernels_ordered.h).
public struct OrderedProduct: Sendable {
    private let product: ck_ordered_product

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// The second matrix is [n, k] where it is transposed. The steps between the bias's rows and columns, in elements,
    /// may be 0.
    public init(m: Int, n: Int, k: Int, isTransposed: Bool = false, bias: (row: Int, column: Int) = (0, 0)) {
        product = ck_ordered_product(
            m: Int64(m), n: Int64(n), k: Int64(k), is_b_transposed: isTransposed, bias_row: Int64(bias.row),
            bias_column: Int64(bias.column))
        scratchBytes = withUnsafePointer(to: product) { ck_ordered_product_scratch($0) }
    }

    /// Multiplies. O(m × n × k).
    public func run(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: product) { ck_ordered_multiply($0, a, b, bias, y, scratch) }
    }
}
