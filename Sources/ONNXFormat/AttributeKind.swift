import CONNXProto
import GraphIR

typealias AttributeKind = Onnx__AttributeProto__AttributeType

extension AttributeKind {
    static var undefined: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED }
    static var float: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT }
    static var int: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT }
    static var string: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING }
    static var tensor: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR }
    static var graph: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH }
    static var floats: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS }
    static var ints: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS }
    static var strings: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS }
    static var tensors: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS }
    static var graphs: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS }
    static var sparseTensor: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSOR }
    static var sparseTensors: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__SPARSE_TENSORS }
    static var type: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTO }
    static var types: Self { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TYPE_PROTOS }
}

extension AttributeProto {
    /// The kind that the fields show, for attributes that do not name it (IR version 1).
    var kindOfContents: AttributeKind {
        if has_f != 0 { return .float }
        if has_i != 0 { return .int }
        if has_s != 0 { return .string }
        if t != nil { return .tensor }
        if g != nil { return .graph }
        if n_floats > 0 { return .floats }
        if n_ints > 0 { return .ints }
        if n_strings > 0 { return .strings }
        if n_tensors > 0 { return .tensors }
        if n_graphs > 0 { return .graphs }
        return .undefined
    }

    /// Whether there are tensors or graphs in it. They cannot go to `rest`, because their data lies elsewhere.
    var holdsModelledMessages: Bool { t != nil || g != nil || n_tensors > 0 || n_graphs > 0 }
}

extension AttributeValue {
    /// The kind as the format numbers it; `nil` where only `Attribute.rest` knows it.
    var kind: AttributeKind? {
        switch self {
        case .float: .float
        case .int: .int
        case .string: .string
        case .tensor: .tensor
        case .graph: .graph
        case .floats: .floats
        case .ints: .ints
        case .strings: .strings
        case .tensors: .tensors
        case .graphs: .graphs
        case .reference, .opaque: nil
        }
    }

    /// Whether the value is 0 or empty, which a writer may leave out.
    var isDefault: Bool {
        switch self {
        case .float(let value): value.bitPattern == 0
        case .int(let value): value == 0
        case .string(let value): value.isEmpty
        case .floats(let values): values.isEmpty
        case .ints(let values): values.isEmpty
        case .strings(let values): values.isEmpty
        case .tensors(let values): values.isEmpty
        case .graphs(let values): values.isEmpty
        case .tensor, .graph, .reference, .opaque: false
        }
    }
}
