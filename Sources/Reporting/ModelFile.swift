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
    public private(set) var total: Int
    public private(set) var integer: Int
    /// Those of `integer` on activations of 8 bits, and on wider ones.
    public private(set) var narrow: Int
    public private(set) var wide: Int
    public private(set) var float: Int
    /// `integer / total`; 0 where there are none.
    public private(set) var share: Double

    enum CodingKeys: String, CodingKey {
        case total, integer, float, share
        case narrow = "integer_8"
        case wide = "integer_16"
    }

    /// `wide` of the `integer` ones have activations of more than 8 bits.
    public init(total: Int, integer: Int, wide: Int = 0) {
        (self.total, self.integer, self.wide) = (total, integer, wide)
        narrow = integer - wide
        float = total - integer
        share = total == 0 ? 0 : Double(integer) / Double(total)
    }
}
