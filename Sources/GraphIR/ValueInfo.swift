/// The type of a value.
public enum ValueType: Sendable, Hashable {
    /// A tensor; `shape` is `nil` where not even the rank is known.
    case tensor(ElementType?, Shape?)
    /// A sequence, map, optional or sparse tensor: the serialized `TypeProto`.
    case other([UInt8])
}

/// The name and type of a graph input, output or inner value.
public struct ValueInfo: Sendable, Hashable {
    public var name: String
    public var type: ValueType?
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(_ name: String, _ type: ValueType?) {
        self.name = name
        self.type = type
    }

    public init(_ name: String, _ elementType: ElementType, _ shape: Shape?) {
        self.init(name, .tensor(elementType, shape))
    }

    public var elementType: ElementType? {
        if case .tensor(let type, _)? = type { type } else { nil }
    }

    public var shape: Shape? {
        if case .tensor(_, let shape)? = type { shape } else { nil }
    }
}
