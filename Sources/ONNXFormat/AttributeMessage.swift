import CONNXProto
import CProtobufC
import GraphIR

extension MessageReader {
    func attribute(_ message: UnsafeMutablePointer<AttributeProto>) throws -> Attribute {
        let name = try required(message.pointee.name, "AttributeProto.name")
        return try at(.attribute(name)) {
            var attribute = Attribute(name, .opaque)
            message.pointee.name = nil
            if let target = try text(message.pointee.ref_attr_name, "AttributeProto.ref_attr_name"), !target.isEmpty {
                attribute.value = .reference(target)
                message.pointee.ref_attr_name = nil
            } else {
                attribute.namesKind = message.pointee.has_type != 0
                let kind = attribute.namesKind ? message.pointee.type : message.pointee.kindOfContents
                let before = message.packedSize
                attribute.value = try value(kind, message)
                attribute.omitsDefault = message.packedSize == before
                if case .opaque = attribute.value {} else { message.pointee.has_type = 0 }
            }
            guard !message.pointee.holdsModelledMessages else { throw FormatFault.severalValues }
            attribute.rest = message.packed
            return attribute
        }
    }

    /// Takes the value out of the field that belongs to `kind`; a field left out has the value 0 or is empty.
    private func value(
        _ kind: AttributeKind, _ message: UnsafeMutablePointer<AttributeProto>
    ) throws -> AttributeValue {
        let fields = message.pointee
        switch kind {
        case .float:
            message.pointee.has_f = 0
            return .float(fields.has_f != 0 ? fields.f : 0)
        case .int:
            message.pointee.has_i = 0
            return .int(fields.has_i != 0 ? fields.i : 0)
        case .string:
            message.pointee.has_s = 0
            return .string(fields.has_s != 0 ? fields.s.array : [])
        case .floats:
            message.pointee.n_floats = 0
            return .floats(Array(UnsafeBufferPointer(start: fields.floats, count: fields.n_floats)))
        case .ints:
            message.pointee.n_ints = 0
            return .ints(Array(UnsafeBufferPointer(start: fields.ints, count: fields.n_ints)))
        case .strings:
            message.pointee.n_strings = 0
            return .strings(UnsafeBufferPointer(start: fields.strings, count: fields.n_strings).map(\.array))
        default: return try messageValue(kind, message)
        }
    }

    private func messageValue(
        _ kind: AttributeKind, _ message: UnsafeMutablePointer<AttributeProto>
    ) throws -> AttributeValue {
        let fields = message.pointee
        switch kind {
        case .tensor:
            guard let tensor = fields.t else { throw FormatFault.missingField("AttributeProto.t") }
            message.pointee.t = nil
            return .tensor(try self.tensor(tensor))
        case .graph:
            guard let graph = fields.g else { throw FormatFault.missingField("AttributeProto.g") }
            message.pointee.g = nil
            return .graph(try self.graph(graph))
        case .tensors:
            message.pointee.n_tensors = 0
            return .tensors(try messages(fields.n_tensors, fields.tensors).map(tensor))
        case .graphs:
            message.pointee.n_graphs = 0
            return .graphs(try messages(fields.n_graphs, fields.graphs).map(graph))
        case .undefined, .sparseTensor, .sparseTensors, .type, .types: return .opaque
        default: throw FormatFault.unknownAttributeType(Int(kind.rawValue))
        }
    }
}

extension MessageWriter {
    func attribute(_ attribute: Attribute) throws -> UnsafeMutablePointer<AttributeProto> {
        try at(.attribute(attribute.name)) {
            let message = try message(attribute.rest, AttributeProto.self)
            message.pointee.name = try arena.text(attribute.name)
            if let kind = attribute.value.kind, attribute.namesKind {
                message.pointee.has_type = 1
                message.pointee.type = kind
            }
            if !attribute.omitsDefault || !attribute.value.isDefault { try set(attribute.value, message) }
            return message
        }
    }

    private func set(_ value: AttributeValue, _ message: UnsafeMutablePointer<AttributeProto>) throws {
        switch value {
        case .float(let value):
            message.pointee.has_f = 1
            message.pointee.f = value
        case .int(let value):
            message.pointee.has_i = 1
            message.pointee.i = value
        case .string(let value):
            message.pointee.has_s = 1
            message.pointee.s = arena.data(value)
        case .floats(let values):
            message.pointee.n_floats = values.count
            message.pointee.floats = arena.array(values)
        case .ints(let values):
            message.pointee.n_ints = values.count
            message.pointee.ints = arena.array(values)
        case .strings(let values):
            message.pointee.n_strings = values.count
            message.pointee.strings = arena.array(values.map(arena.data))
        case .tensor(let tensor): message.pointee.t = try self.tensor(tensor)
        case .graph(let graph): message.pointee.g = try self.graph(graph)
        case .tensors(let tensors):
            message.pointee.n_tensors = tensors.count
            message.pointee.tensors = arena.list(try tensors.map(tensor))
        case .graphs(let graphs):
            message.pointee.n_graphs = graphs.count
            message.pointee.graphs = arena.list(try graphs.map(graph))
        case .reference(let name): message.pointee.ref_attr_name = try arena.text(name)
        case .opaque: break
        }
    }
}
