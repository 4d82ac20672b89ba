import CONNXProto
import CProtobufC
import GraphIR

/// Turns messages into the graph representation, one file a message.
///
/// Each method takes the fields that the representation models out of the message. What is left, unknown fields
/// included, becomes the value's `rest`.
struct MessageReader {
    /// What the spans of the skeleton point into.
    let source: any TensorBytes
    let external: ExternalData

    /// Checks and reads the bytes of a message of type `M`.
    func message<M: Message>(_ type: M.Type = M.self, arena: MessageArena) throws -> UnsafeMutablePointer<M> {
        try arena.unpack(source.withUnsafeBytes { try WireSkeleton.make($0, of: type) })
    }

    /// The text of an optional field.
    func text(_ field: UnsafeMutablePointer<CChar>?, _ name: String) throws -> String? {
        guard let field else { return nil }
        guard let text = String(validatingCString: field) else { throw FormatFault.notText(field: name) }
        return text
    }

    func required(_ field: UnsafeMutablePointer<CChar>?, _ name: String) throws -> String {
        guard let text = try text(field, name) else { throw FormatFault.missingField(name) }
        return text
    }

    func texts(
        _ count: Int, _ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ name: String
    ) throws -> [String] {
        try (0..<count).map { try required(list?[$0], name) }
    }

    func messages<M>(
        _ count: Int, _ list: UnsafeMutablePointer<UnsafeMutablePointer<M>?>?
    ) -> [UnsafeMutablePointer<M>] {
        (0..<count).compactMap { list?[$0] }
    }
}

extension ProtobufCBinaryData {
    var array: [UInt8] { Array(UnsafeBufferPointer(start: data, count: len)) }
}
