internal import CDNN

/// What oneDNN said when it could not prepare or run a primitive.
public struct DNNFault: Error, Sendable, Hashable {
    public var text: String

    /// Whether oneDNN has nothing for the primitive.
    let isUnserved: Bool

    init(_ status: Int32) {
        text = String(cString: cdnn_status_text(status))
        isUnserved = cdnn_is_unserved(status)
    }
}

/// How a tensor of batch, channels and spatial axes lies in memory.
public enum TensorLayout: Sendable, Hashable {
    /// Row-major: batch, channels, spatial axes.
    case planar
    /// Batch, spatial axes, channels.
    case channelsLast
}

/// A convolution or matrix product prepared by oneDNN, weights packed.
///
/// `@unchecked`: a prepared primitive never changes, and running it touches only what the caller passes.
public final class DNNPrimitive: @unchecked Sendable {
    private let primitive: OpaquePointer

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public var scratchBytes: Int { cdnn_scratch_bytes(primitive) }

    /// Whether constant weights were packed, so that `run` needs none.
    public var keepsWeights: Bool { cdnn_keeps_weights(primitive) }

    /// The name oneDNN gives the implementation it chose.
    public var implementation: String { String(cString: cdnn_implementation(primitive)) }

    /// Whether oneDNN's integer products are exact on this processor.
    public static let hasExactIntegers = cdnn_has_exact_integers()

    private init(_ create: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) throws(DNNFault) {
        var created: OpaquePointer?
        let status = create(&created)
        guard status == 0, let created else { throw DNNFault(status) }
        primitive = created
    }

    deinit { cdnn_destroy(primitive) }

    /// Prepares a convolution, float32 throughout. `weights` where they are constant: they are read now.
    public convenience init(
        _ shape: ConvolutionShape, bias: Bool, weights: UnsafeRawPointer?, tail: ProductTail = ProductTail()
    ) throws(DNNFault) {
        var description = shape.description
        description.has_bias = bias
        description.tail = tail.description
        try self.init { cdnn_convolution_create(&description, weights, $0) }
    }

    /// Prepares a matrix product, float32 throughout. `weights` where they are constant: they are read now.
    public convenience init(
        _ shape: ProductShape, bias: Bool, weights: UnsafeRawPointer?, tail: ProductTail = ProductTail()
    ) throws(DNNFault) {
        var description = shape.description
        description.has_bias = bias
        description.tail = tail.description
        try self.init { cdnn_product_create(&description, weights, $0) }
    }

    /// Prepares a convolution of integers by constant weights; `nil` where oneDNN has nothing sound for it.
    convenience init?(
        _ shape: ConvolutionShape, source: ByteOperand, weights: SignedWeights, bias: Bool, result: IntegerResult
    ) throws(DNNFault) {
        var description = shape.description
        description.source_type = source.dnnType
        description.weights_type = CDNN_S8
        description.destination_type = result.dnnType
        description.has_bias = bias
        do {
            try self.init { created in
                result.scales.withUnsafeBufferPointer {
                    description.integers = cdnn_integers(
                        source_zero_point: source.zeroPoint, destination_zero_point: result.zeroPoint,
                        scale_count: Int64($0.count), scales: $0.baseAddress)
                    return cdnn_convolution_create(&description, weights.values, created)
                }
            }
        } catch {
            guard error.isUnserved else { throw error }
            return nil
        }
    }

    /// Runs the primitive. Several threads may, each with its own destination and scratch.
    public func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer?, bias: UnsafeRawPointer?,
        destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        let status = cdnn_run(primitive, source, weights, bias, destination, scratch)
        guard status == 0 else { throw DNNFault(status) }
    }
}
