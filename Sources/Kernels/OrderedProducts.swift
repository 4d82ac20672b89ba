internal import CKernels

/// A float32 convolution in planar layout whose terms are added in a stated order (ckernels_ordered.h), so that its bits
/// can be compared with another runtime's.
public struct OrderedConvolution: Sendable {
    private let convolution: ck_convolution
    private let parts: Int32

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// A convolution over 1 to 3 spatial axes.
    public init(_ shape: ConvolutionShape) {
        convolution = shape.plain
        let parts = withUnsafePointer(to: convolution) { ck_ordered_convolution_parts($0) }
        scratchBytes = withUnsafePointer(to: convolution) { ck_ordered_convolution_scratch($0, parts) }
        self.parts = parts
    }

    /// Convolves; weights are [destination channels, source channels / groups, kernel...]. O(multiply-accumulates).
    public func run(
        _ source: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: convolution) {
            ck_ordered_convolve($0, source, weights, bias, destination, scratch, parts)
        }
    }
}

/// Float32 products of dense matrices, [m, k] x [k, n], whose terms are added in a stated order (ckernels_ordered.h).
public struct OrderedProduct: Sendable {
    private let product: ck_ordered_product
    private let a: [Int64], b: [Int64]
    private let parts: Int32

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// The second matrix is [n, k] where it is transposed. The steps between the bias's rows and columns, in elements,
    /// may be 0. `pairs` are numbers of matrices in the two operands.
    public init(
        m: Int, n: Int, k: Int, isTransposed: Bool = false, bias: (row: Int, column: Int) = (0, 0),
        pairs: [(a: Int, b: Int)] = [(0, 0)]
    ) {
        product = ck_ordered_product(
            m: Int64(m), n: Int64(n), k: Int64(k), is_b_transposed: isTransposed, bias_row: Int64(bias.row),
            bias_column: Int64(bias.column))
        (a, b) = (pairs.map { Int64($0.a) }, pairs.map { Int64($0.b) })
        let parts = withUnsafePointer(to: product) { ck_ordered_product_parts($0, Int64(pairs.count)) }
        scratchBytes = withUnsafePointer(to: product) { ck_ordered_product_scratch($0, parts) }
        self.parts = parts
    }

    /// Multiplies each pair; the products lie one behind the other. O(pairs × m × n × k).
    public func run(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: product) { product in
            self.a.withUnsafeBufferPointer { first in
                self.b.withUnsafeBufferPointer { second in
                    var pairs = ck_ordered_pairs(
                        count: Int64(first.count), a: first.baseAddress, b: second.baseAddress)
                    ck_ordered_multiply(product, &pairs, a, b, bias, y, scratch, parts)
                }
            }
        }
    }
}
