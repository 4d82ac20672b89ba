import CONNXProto
import CProtobufC
import Glibc

/// Copies a message without the weights in it, so that they need not be read to read the model.
///
/// In every tensor that the graph representation models, the contents of `raw_data` are replaced by a `RawSpan`, which
/// says where they lie in the original bytes. Everything else is copied as it is. On the way the whole message is
/// checked for what protobuf-c does not guard against: nesting deeper than `depthLimit`, and text with a NUL, which
/// would end there.
struct WireSkeleton {
    /// Messages within messages; protobuf's own libraries have the same limit.
    static let depthLimit = 100

    private let bytes: UnsafeRawBufferPointer
    /// The messages that lead to tensors whose data the graph representation holds.
    private let modelled: Set = [
        GraphProto.descriptor, NodeProto.descriptor, AttributeProto.descriptor, FunctionProto.descriptor,
        TensorProto.descriptor,
    ]
    private let tensor = TensorProto.descriptor
    private var output: [UInt8] = []

    /// The skeleton of a message of type `root`. O(bytes that are not weights).
    static func make<M: Message>(_ bytes: UnsafeRawBufferPointer, of root: M.Type) throws -> [UInt8] {
        var skeleton = WireSkeleton(bytes: bytes)
        try skeleton.copy(0..<bytes.count, root.descriptor, depth: 1)
        return skeleton.output
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private mutating func copy(
        _ range: Range<Int>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
    ) throws {
        var cursor = WireCursor(bytes, range)
        while !cursor.isAtEnd {
            let start = cursor.position
            let key = try cursor.key()
            let field = protobuf_c_message_descriptor_get_field(descriptor, key.field)
            guard key.wire == .delimited, let field else {
                try cursor.skip(key.wire)
                output += bytes[start..<cursor.position]
                continue
            }
            let keyEnd = cursor.position
            let contents = try cursor.contents()
            if descriptor == tensor, key.field == TensorProto.rawDataField {
                output += bytes[start..<keyEnd]
                output.append(UInt8(RawSpan.byteCount))
                output += RawSpan(contents).encoded
            } else if let child = field.messageType, modelled.contains(child) {
                try descend(at: start, depth)
                output += bytes[start..<keyEnd]
                let hole = output.count
                output += [0x80, 0x80, 0x80, 0x80, 0x00]
                try copy(contents, child, depth: depth + 1)
                try fill(hole, with: output.count - hole - 5, at: start)
            } else {
                try check(contents, field, depth: depth)
                output += bytes[start..<cursor.position]
            }
        }
    }

    /// Checks a field that is copied as it is.
    private func check(
        _ contents: Range<Int>, _ field: UnsafePointer<ProtobufCFieldDescriptor>, depth: Int
    ) throws {
        if field.pointee.type == PROTOBUF_C_TYPE_STRING {
            let hasNul = !contents.isEmpty && memchr(bytes.baseAddress! + contents.lowerBound, 0, contents.count) != nil
            if hasNul { throw FormatFault.malformed(.nulInText, offset: contents.lowerBound) }
        }
        guard let child = field.messageType else { return }
        try descend(at: contents.lowerBound, depth)
        var cursor = WireCursor(bytes, contents)
        while !cursor.isAtEnd {
            let key = try cursor.key()
            guard key.wire == .delimited, let inner = protobuf_c_message_descriptor_get_field(child, key.field) else {
                try cursor.skip(key.wire)
                continue
            }
            try check(try cursor.contents(), inner, depth: depth + 1)
        }
    }

    private func descend(at offset: Int, _ depth: Int) throws {
        guard depth < Self.depthLimit else { throw FormatFault.malformed(.tooDeep, offset: offset) }
    }

    /// Writes a length as a varint of five bytes, the most that protobuf-c reads of one.
    private mutating func fill(_ hole: Int, with length: Int, at offset: Int) throws {
        guard length <= Int(Int32.max) else { throw FormatFault.tooLarge(length) }
        for byte in 0..<5 { output[hole + byte] |= UInt8(length >> (7 * byte) & 0x7f) }
    }
}

/// Where the contents of a `raw_data` field lie in the bytes that a skeleton was made from.
struct RawSpan {
    static let byteCount = 16
    var range: Range<Int>

    init(_ range: Range<Int>) { self.range = range }

    /// Reads what `encoded` gave.
    init(_ data: ProtobufCBinaryData) {
        let words = UnsafeRawPointer(data.data!)
        let lower = words.loadUnaligned(as: Int.self)
        range = lower..<words.loadUnaligned(fromByteOffset: 8, as: Int.self)
    }

    var encoded: [UInt8] { withUnsafeBytes(of: (range.lowerBound, range.upperBound)) { Array($0) } }
}

extension UnsafePointer<ProtobufCFieldDescriptor> {
    /// The type of the message in this field; `nil` where it holds none.
    fileprivate var messageType: UnsafePointer<ProtobufCMessageDescriptor>? {
        guard pointee.type == PROTOBUF_C_TYPE_MESSAGE else { return nil }
        return pointee.descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    }
}
