import GraphIR
import Testing

@testable import ONNXFormat

@Suite("Models that nobody here wrote")
struct RealModelTests {
    @Test("read and written without a change, the message is the same field by field", arguments: SharedModels.paths)
    func roundTrip(path: String) throws {
        let folder = try TemporaryFolder()
        let model = try ONNXFile.read(path)
        try ONNXFile.write(model, to: folder.file("out.onnx"))
        #expect(try contents(folder.file("out.onnx")) == canonical(try contents(path)))
        #expect(folder.names == ["out.onnx"])
        try MessageJudge.expectSame(path, folder.file("out.onnx"))
        #expect(try ONNXFile.serialize(model) == contents(folder.file("out.onnx")))
    }

    @Test("are read without a copy of their weights", arguments: SharedModels.paths.filter { $0.contains("minilm") })
    func weightsStayInTheFile(path: String) throws {
        var model: Model?
        let time = try ContinuousClock().measure { model = try ONNXFile.read(path) }
        let large = try #require(model).graph.initializers.values.filter { $0.bytes.count > smallDataSize }
        #expect(!large.isEmpty)
        #expect(large.allSatisfy { $0.bytes is ByteSlice })
        print("read \(path) in \(time)")
    }
}

/// The serialized form that a message of the schema has when protobuf-c alone reads and writes it.
func canonical<M: Message>(_ bytes: [UInt8], as type: M.Type = ModelProto.self) throws -> [UInt8] {
    let arena = MessageArena()
    return try withExtendedLifetime(arena) { try arena.unpack(bytes, as: type).packed }
}
