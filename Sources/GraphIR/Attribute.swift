/// The value of a node's attribute.
public indirect enum AttributeValue: Sendable {
    case float(Float)
    case int(Int64)
    /// UTF-8, though ONNX does not promise it.
    case string([UInt8])
    case tensor(Tensor)
    case graph(Graph)
    case floats([Float])
    case ints([Int64])
    case strings([[UInt8]])
    case tensors([Tensor])
    case graphs([Graph])
    /// Inside a function: the attribute of the calling node that gives the value.
    case reference(String)
    /// A kind that no operator here reads (sparse tensors, types), whole inside `Attribute.rest`.
    case opaque
}

/// A named attribute of a node.
public struct Attribute: Sendable {
    public var name: String
    public var value: AttributeValue
    /// Whether the file names the kind of the value; IR version 1 does not.
    public var namesKind = true
    /// Whether the file leaves the value out where it is 0 or empty.
    public var omitsDefault = false
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(_ name: String, _ value: AttributeValue) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ value: Int) { self.init(name, .int(Int64(value))) }
    public init(_ name: String, _ value: [Int]) { self.init(name, .ints(value.map(Int64.init))) }
    public init(_ name: String, _ value: Float) { self.init(name, .float(value)) }
    public init(_ name: String, _ value: String) { self.init(name, .string(Array(value.utf8))) }
}
