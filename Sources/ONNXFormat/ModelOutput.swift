import CONNXProto
import CProtobufC
import GraphIR

/// One model on its way to a file, and to a data file beside it where it needs one.
struct ModelOutput {
    /// No protobuf message may have more bytes.
    static let sizeLimit = Int(Int32.max)

    private let path: String
    private let writer: MessageWriter
    private let message: UnsafeMutablePointer<ModelProto>

    /// Lays the model out. `sizeLimit` is in bytes: at or above it, large data goes beside the model.
    init(_ model: Model, path: String, sizeLimit: Int = Self.sizeLimit) throws {
        self.path = path
        let location = splitPath(path).name + ".data"
        for threshold in [Int.max, smallDataSize] {
            let writer = MessageWriter(beside: ExternalPlan(location: location, threshold: threshold))
            let message = try writer.model(model)
            if message.packedSize < sizeLimit {
                self.writer = writer
                self.message = message
                return
            }
        }
        throw FormatFault.tooLarge(sizeLimit)
    }

    /// Writes both files; neither appears unless both are whole.
    func write() throws {
        let file = try OutputFile(path)
        try withExtendedLifetime(writer) { try file.append(message) }
        try file.finish()
        guard let plan = writer.beside, !plan.pieces.isEmpty else { return try file.publish() }
        let data = try OutputFile(splitPath(path).folder + "/" + plan.location)
        for piece in plan.pieces {
            try data.pad(to: piece.offset)
            try piece.bytes.withUnsafeBytes(data.append)
        }
        try data.finish()
        try data.place()
        try file.publish()
        data.keep()
    }
}

extension OutputFile {
    /// Appends a serialized message, piece by piece: large data goes straight from where it lies to the file.
    func append<M: Message>(_ message: UnsafeMutablePointer<M>) throws {
        var sink = Sink(base: ProtobufCBuffer(append: Sink.append), file: self)
        withUnsafeMutablePointer(to: &sink) { sink in
            let buffer = UnsafeMutableRawPointer(sink).assumingMemoryBound(to: ProtobufCBuffer.self)
            _ = protobuf_c_message_pack_to_buffer(message.asMessage, buffer)
        }
        if let fault = sink.fault { throw fault }
    }

    private struct Sink {
        var base: ProtobufCBuffer
        let file: OutputFile
        var fault: (any Error)?

        static let append: @convention(c) (UnsafeMutablePointer<ProtobufCBuffer>?, Int, UnsafePointer<UInt8>?) -> Void =
            { buffer, count, bytes in
                let sink = UnsafeMutableRawPointer(buffer!).assumingMemoryBound(to: Sink.self)
                guard sink.pointee.fault == nil else { return }
                do {
                    try sink.pointee.file.append(UnsafeRawBufferPointer(start: bytes, count: count))
                } catch {
                    sink.pointee.fault = error
                }
            }
    }
}
