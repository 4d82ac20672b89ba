/// A float32 product of matrices, prepared once: by our own loops for a single row or constant weights, else by oneDNN.
public struct FloatProduct: Sendable {
    private enum Method: Sendable {
        case row(RowProduct)
        case panels(PanelProduct)
        case dnn(DNNPrimitive)
    }

    private let method: Method

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public var scratchBytes: Int {
        if case .dnn(let primitive) = method { primitive.scratchBytes } else { 0 }
    }

    /// `weights` where they are constant: they may be read now. Throws `DNNFault`.
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

    /// Multiplies; `bias` is one a column. Throws `DNNFault`.
    public func run(
        source: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        destination: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .row(let row): row.run(source: source, weights: weights, bias: bias, destination: destination)
        case .panels(let panels): panels.run(source: source, bias: bias, destination: destination)
        case .dnn(let primitive):
            try primitive.run(
                source: source, weights: weights, bias: bias, destination: destination, scratch: scratch)
        }
    }
}
