import CONNXProto
public import GraphIR

/// Reads and writes files with a single tensor, such as `input_0.pb` of an ONNX test data set.
public enum TensorFile {
    /// The tensor at `path` and its name, where it has one. Large data is not copied: its bytes lie in the mapped file.
    /// Throws `FileFault`.
    public static func read(_ path: String) throws -> (name: String?, tensor: Tensor) {
        try inFile(path) {
            let file = try MappedFile(path)
            guard file.count > 0 else { throw FormatFault.emptyFile }
            let reader = MessageReader(source: file, external: ExternalData(folder: splitPath(path).folder))
            let arena = MessageArena()
            return try withExtendedLifetime(arena) {
                let message = try reader.message(TensorProto.self, arena: arena)
                let name = try reader.text(message.pointee.name, "TensorProto.name")
                message.pointee.name = nil
                return (name, try reader.tensor(message))
            }
        }
    }

    /// Writes a tensor to `path`, which it replaces, with all data in it. Throws `FileFault`; on an error nothing is
    /// left behind.
    public static func write(_ tensor: Tensor, name: String? = nil, to path: String) throws {
        try inFile(path) {
            let writer = MessageWriter(beside: nil)
            let message = try writer.tensor(tensor)
            if let name { message.pointee.name = try writer.arena.text(name) }
            guard message.packedSize < ModelOutput.sizeLimit else { throw FormatFault.tooLarge(message.packedSize) }
            let file = try OutputFile(path)
            try withExtendedLifetime(writer) { try file.append(message) }
            try file.finish()
            try file.publish()
        }
    }
}
