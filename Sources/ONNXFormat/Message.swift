import CONNXProto
import CProtobufC

/// A C struct that protobuf-c made from a message of the schema.
protocol Message {
    init()
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { get }
    var base: ProtobufCMessage { get }
}

extension Message {
    /// The one description of the message's fields; its address tells message types apart.
    static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
        var message = Self()
        initialize(&message)
        return message.base.descriptor
    }
}

typealias ModelProto = Onnx__ModelProto
typealias OperatorSetIdProto = Onnx__OperatorSetIdProto
typealias FunctionProto = Onnx__FunctionProto
typealias GraphProto = Onnx__GraphProto
typealias NodeProto = Onnx__NodeProto
typealias AttributeProto = Onnx__AttributeProto
typealias TensorProto = Onnx__TensorProto
typealias ValueInfoProto = Onnx__ValueInfoProto
typealias TypeProto = Onnx__TypeProto
typealias TensorTypeProto = Onnx__TypeProto__Tensor
typealias TensorShapeProto = Onnx__TensorShapeProto
typealias DimensionProto = Onnx__TensorShapeProto__Dimension
typealias StringStringEntryProto = Onnx__StringStringEntryProto

extension ModelProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__model_proto__init }
}
extension OperatorSetIdProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__operator_set_id_proto__init }
}
extension FunctionProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__function_proto__init }
}
extension GraphProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__graph_proto__init }
}
extension NodeProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__node_proto__init }
}
extension AttributeProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__attribute_proto__init }
}
extension TensorProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__tensor_proto__init }
    static var rawDataField: UInt32 { 9 }
}
extension ValueInfoProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__value_info_proto__init }
}
extension TypeProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__type_proto__init }
}
extension TensorTypeProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__type_proto__tensor__init }
}
extension TensorShapeProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__tensor_shape_proto__init }
}
extension DimensionProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__tensor_shape_proto__dimension__init }
}
extension StringStringEntryProto: Message {
    static var initialize: (UnsafeMutablePointer<Self>?) -> Void { onnx__string_string_entry_proto__init }
}

extension UnsafeMutablePointer where Pointee: Message {
    /// As protobuf-c's own functions want it.
    var asMessage: UnsafePointer<ProtobufCMessage> {
        UnsafeRawPointer(self).assumingMemoryBound(to: ProtobufCMessage.self)
    }

    /// The length of the serialized message in bytes. O(message), large fields not looked into.
    var packedSize: Int { protobuf_c_message_get_packed_size(asMessage) }

    /// The message, serialized.
    var packed: [UInt8] {
        let size = packedSize
        guard size > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            initialized = protobuf_c_message_pack(asMessage, buffer.baseAddress)
        }
    }
}
