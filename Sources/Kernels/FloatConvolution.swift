/// A float32 convolution, prepared once: where weights are constant by our own products of positions or of Winograd's
/// filtering, else by oneDNN.
public struct FloatConvolution: Sendable {
    private enum Method: Sendable {
        case panels(PanelProduct)
        case winograd(WinogradConvolution)
        case dnn(DNNPrimitive)
    }

    private let method: Method

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public var scratchBytes: Int {
        switch method {
        case .panels: 0
        case .winograd(let winograd): winograd.scratchBytes
        case .dnn(let primitive): primitive.scratchBytes
        }
    }

    /// `weights` [destination channels, source channels / groups, kernel...] where they are constant: they are read
    /// now. Throws `DNNFault`.
    public init(
        _ shape: ConvolutionShape, bias: Bool, weights: UnsafeRawPointer?, tail: ProductTail = ProductTail()
    ) throws(DNNFault) {
        if let weights, let panels = PanelProduct(shape, weights: weights, tail: tail) {
            method = .panels(panels)
        } else if let weights, let winograd = WinogradConvolution(shape, weights: weights, tail: tail) {
            method = .winograd(winograd)
        } else {
            method = .dnn(try DNNPrimitive(shape, bias: bias, weights: weights, tail: tail))
        }
    }

    /// Convolves; `bias` is one a destination channel. Throws `DNNFault`.
    public func run(
        source: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .panels(let panels): panels.run(source: source, bias: bias, destination: destination)
        case .winograd(let winograd):
            winograd.run(source: source, bias: bias, destination: destination, scratch: scratch)
        case .dnn(let primitive):
            try primitive.run(
                source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        }
    }
}
