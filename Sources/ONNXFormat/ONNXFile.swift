import CONNXProto
import Glibc
public import GraphIR

/// Reads and writes ONNX models.
///
/// A model that is read and written without a change in between is the same message field by field, unknown fields and
/// the presence of optional fields included; only data in files beside the model may change its place.
public enum ONNXFile {
    /// Reads the model at `path`. Weights are not copied: their bytes lie in the mapped file.
    ///
    /// Nodes stay in the file's order. Throws `FileFault`, or `GraphFault` where nodes wait for each other, a value is
    /// missing or is written twice. O(bytes that are not weights).
    public static func read(_ path: String) throws -> Model {
        try inFile(path) {
            let file = try MappedFile(path)
            guard file.count > 0 else { throw FormatFault.emptyFile }
            return try model(file, ExternalData(folder: splitPath(path).folder))
        }
    }

    /// Reads a model from memory. `folder` is where its data files lie; without one the model must have none.
    /// Throws as `read` does, with an empty path.
    public static func parse(_ bytes: [UInt8], folder: String? = nil) throws -> Model {
        try inFile("") { try model(ArrayBytes(bytes), ExternalData(folder: folder)) }
    }

    /// Writes a model to `path`, which it replaces. On an error nothing is left behind, and what was there stays.
    ///
    /// Tensors whose encoding is `external` go to a file beside the model, called as it is with `.data` behind; all
    /// large tensors do where the model would otherwise have 2 GiB or more. Throws `FileFault`.
    public static func write(_ model: Model, to path: String) throws {
        try inFile(path) { try ModelOutput(model, path: path).write() }
    }

    /// Throws what `write` would throw for want of a folder or of permission, before hours of work.
    /// Leaves nothing behind.
    public static func checkWritable(_ path: String) throws {
        try inFile(path) { _ = try OutputFile(path) }
    }

    /// The bytes that a model takes on disk: the file at `path`, and its tensors in files beside it; 0 where there is
    /// none.
    public static func byteCount(_ model: Model, at path: String) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { return 0 }
        let outside = model.graph.initializers.values.filter { $0.encoding == .external }.map(\.bytes.count)
        return Int(status.st_size) + outside.reduce(0, +)
    }

    /// The model as bytes, with all data in it. Throws `FileFault` where that makes 2 GiB or more.
    public static func serialize(_ model: Model) throws -> [UInt8] {
        try inFile("") {
            let writer = MessageWriter(beside: nil)
            let message = try writer.model(model)
            guard message.packedSize < ModelOutput.sizeLimit else { throw FormatFault.tooLarge(message.packedSize) }
            return withExtendedLifetime(writer) { message.packed }
        }
    }

    private static func model(_ bytes: any TensorBytes, _ external: ExternalData) throws -> Model {
        let reader = MessageReader(source: bytes, external: external)
        let arena = MessageArena()
        let model = try withExtendedLifetime(arena) { try reader.model(try reader.message(arena: arena)) }
        try model.graph.sorted().checkInvariants()
        for function in model.functions { try function.body.sorted().checkInvariants() }
        return model
    }
}

extension Function {
    /// The nodes as a graph.
    fileprivate var body: Graph {
        Graph(
            nodes: nodes, inputs: inputs.map { ValueInfo($0, nil) }, outputs: outputs.map { ValueInfo($0, nil) })
    }
}
