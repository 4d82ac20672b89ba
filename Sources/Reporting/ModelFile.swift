/// A model's file, as reports name it.
public struct ModelFile: Codable, Sendable, Equatable {
    public var path: String
    /// The size of the file, external data included.
    public var bytes: Int
    /// The version of ONNX's own operator set.
    public var opset: Int

    public init(path: String, bytes: Int, opset: Int) {
        self.path = path
        self.bytes = bytes
        self.opset = opset
    }
}

/// Multiply-accumulates of one run of a model, and how many of them are done on integers.
public struct MultiplyAccumulateShare: Codable, Sendable, Equatable {
    public var total: Int
    public var integer: Int
    /// `integer / total`; 0 where there are none.
    public private(set) var share: Double

    public init(total: Int, integer: Int) {
        self.total = total
        self.integer = integer
        share = total == 0 ? 0 : Double(integer) / Double(total)
    }
}
