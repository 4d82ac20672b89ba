/// A float32 product or convolution by weights, prepared once: by our own loops for a single row or, where these are
/// faster, constant weights, else by oneDNN.
public struct FloatSums: Sendable {
    private enum Method: Sendable {
        case row(RowProduct)
        case panels(PanelProduct)
        case winograd(WinogradConvolution)
        case dnn(DNNPrimitive)
    }

    private let method: Method

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public var scratchBytes: Int {
        switch method {
        case .row, .panels: 0
        case .winograd(let winograd): winograd.scratchBytes
        case .dnn(let primitive): primitive.scratchBytes
        }
    }

    /// A product of matrices; `bias` is one a column. `weights` where they are constant: they may be read now. Throws
    /// `DNNFault`.
    public init(
        _ shape: ProductShape, bias: Bool, weights: UnsafeRawPointer?, tail: ProductTail = ProductTail()
    ) throws(DNNFault) {
        if tail == ProductTail(), let row = RowProduct(shape) {
            method = .row(row)
        } else if let weights, let panels = PanelProduct(shape, weights: weights, tail: tail) {
            method = .panels(panels)
        } else {
            method = .dnn(try DNNPrimitive(shape, bias: bias, weights: weights, tail: tail))
        }
    }

    /// A convolution; `bias` is one a destination channel. `weights` [destination channels, source channels / groups,
    /// kernel...] where they are constant: they are read now, and kept in several times their memory where they `mayGrow`
    /// and that is faster. Throws `DNNFault`.
    public init(
        _ shape: ConvolutionShape, bias: Bool, weights: UnsafeRawPointer?, mayGrow: Bool = false,
        tail: ProductTail = ProductTail()
    ) throws(DNNFault) {
        if let weights, let panels = PanelProduct(shape, weights: weights, tail: tail) {
            method = .panels(panels)
        } else if let weights,
            let winograd = WinogradConvolution(shape, weights: weights, mayGrow: mayGrow, tail: tail)
        {
            method = .winograd(winograd)
        } else {
            method = .dnn(try DNNPrimitive(shape, bias: bias, weights: weights, tail: tail))
        }
    }

    /// How many bytes more than weights take by themselves those of a convolution take where they `mayGrow`; `nil` where
    /// it makes no difference.
    public static func growth(of shape: ConvolutionShape) -> Int? { WinogradConvolution.growth(of: shape) }

    /// Computes the sums. Several threads may, each with its own destination and scratch. Throws `DNNFault`.
    public func run(
        source: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .row(let row): row.run(source: source, weights: weights, bias: bias, destination: destination)
        case .panels(let panels): panels.run(source: source, bias: bias, destination: destination)
        case .winograd(let winograd):
            winograd.run(source: source, bias: bias, destination: destination, scratch: scratch)
        case .dnn(let primitive):
            try primitive.run(
                source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        }
    }
}
