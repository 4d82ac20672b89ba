import CONNXProto
import GraphIR

/// Data up to this many bytes is copied on reading, which aligns it, and stays in the model whatever the model's size.
let smallDataSize = 1024

extension MessageReader {
    /// The tensor of a message. The name, where the message still has one, becomes part of `rest`.
    func tensor(_ message: UnsafeMutablePointer<TensorProto>) throws -> Tensor {
        let fields = message.pointee
        guard fields.has_data_type != 0 else { throw FormatFault.missingField("TensorProto.data_type") }
        guard let elementType = ElementType(rawValue: fields.data_type) else {
            throw FormatFault.unknownElementType(Int(fields.data_type))
        }
        let extents = UnsafeBufferPointer(start: fields.dims, count: fields.n_dims).map(Int.init)
        let count = try Self.elementCount(extents)
        var tensor = Tensor(elementType, extents, bytes: ArrayBytes([]))
        tensor.encoding = fields.isExternal ? .external : fields.has_raw_data != 0 ? .raw : .typedFields
        message.pointee.n_dims = 0
        message.pointee.has_data_type = 0
        if elementType == .string {
            guard tensor.encoding == .typedFields else { throw FormatFault.misplacedStrings }
            try Self.check(fields.n_string_data, is: count, typed: true)
            tensor.strings = UnsafeBufferPointer(start: fields.string_data, count: count).map(\.array)
            message.pointee.n_string_data = 0
        } else {
            tensor.bytes = try bytes(message, elementType, count, tensor.encoding)
        }
        tensor.rest = message.packed
        return tensor
    }

    /// Takes the data of `count` elements out of the message.
    private func bytes(
        _ message: UnsafeMutablePointer<TensorProto>, _ elementType: ElementType, _ count: Int,
        _ encoding: Tensor.Encoding
    ) throws -> any TensorBytes {
        let byteCount = elementType.byteCount(count)
        switch encoding {
        case .typedFields: return ArrayBytes(try TypedFields.take(message, elementType, count))
        case .raw:
            let range = RawSpan(message.pointee.raw_data).range
            try Self.check(range.count, is: byteCount, typed: false)
            message.pointee.has_raw_data = 0
            if range.count > smallDataSize { return ByteSlice(source, range) }
            return ArrayBytes(source.withUnsafeBytes { Array($0[range]) })
        case .external:
            var entries: [String: String] = [:]
            for entry in messages(message.pointee.n_external_data, message.pointee.external_data) {
                let key = try required(entry.pointee.key, "StringStringEntryProto.key")
                entries[key] = try text(entry.pointee.value, "StringStringEntryProto.value")
            }
            message.pointee.n_external_data = 0
            message.pointee.has_data_location = 0
            guard message.pointee.has_raw_data == 0 else { throw FormatFault.severalValues }
            return try external.bytes(entries, byteCount: byteCount)
        }
    }

    /// The product of the extents. Throws where one is negative or where the data could not be addressed, for a tensor
    /// without elements too.
    static func elementCount(_ extents: [Int]) throws -> Int {
        var addressed = 256
        for extent in extents {
            let (product, overflow) = addressed.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow else { throw FormatFault.extents(extents) }
            addressed = product
        }
        return extents.contains(0) ? 0 : addressed / 256
    }

    static func check(_ size: Int, is expected: Int, typed: Bool) throws {
        guard size == expected else { throw FormatFault.dataSize(expected: expected, got: size, typed: typed) }
    }
}

extension MessageWriter {
    /// The message of a tensor; its name is what `rest` says.
    func tensor(_ tensor: Tensor) throws -> UnsafeMutablePointer<TensorProto> {
        let message = try message(tensor.rest, TensorProto.self)
        let count = try MessageReader.elementCount(tensor.extents)
        message.pointee.n_dims = tensor.extents.count
        message.pointee.dims = arena.array(tensor.extents.map(Int64.init))
        message.pointee.has_data_type = 1
        message.pointee.data_type = tensor.elementType.rawValue
        if tensor.elementType == .string {
            try MessageReader.check(tensor.strings.count, is: count, typed: true)
            message.pointee.n_string_data = count
            message.pointee.string_data = arena.array(tensor.strings.map(arena.data))
            return message
        }
        try MessageReader.check(tensor.bytes.count, is: tensor.elementType.byteCount(count), typed: false)
        if let beside, beside.takes(tensor) {
            try setExternal(beside.add(tensor.bytes), message)
        } else if tensor.encoding == .typedFields {
            TypedFields.set(tensor, message, arena)
        } else {
            message.pointee.has_raw_data = 1
            message.pointee.raw_data = arena.borrow(tensor.bytes)
        }
        return message
    }

    private func setExternal(
        _ entries: KeyValuePairs<String, String>, _ message: UnsafeMutablePointer<TensorProto>
    ) throws {
        let messages = try entries.map { key, value in
            let entry = arena.new(StringStringEntryProto.self)
            entry.pointee.key = try arena.text(key)
            entry.pointee.value = try arena.text(value)
            return entry
        }
        message.pointee.n_external_data = messages.count
        message.pointee.external_data = arena.list(messages)
        message.pointee.has_data_location = 1
        message.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    }
}

extension TensorProto {
    fileprivate var isExternal: Bool {
        has_data_location != 0 && data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    }
}
