import Foundation
import Testing

/// Compares schemas as `protoc` understands them.
@Suite("The schema")
struct SchemaTests {
    private static let ours = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Schemas").path()
    private static let theirs = "/usr/include/onnx"
    private static let protobuf = "/usr/include"

    @Test("declares all that the schema of libonnx-dev declares, with the same numbers, types and labels")
    func wireCompatibility() throws {
        guard FileManager.default.fileExists(atPath: Self.theirs + "/onnx.proto"), Self.isProtocInstalled else {
            print("SKIPPED: protobuf-compiler, libprotobuf-dev or libonnx-dev is not installed")
            return
        }
        let ours = try Self.declarations(in: Self.ours)
        let theirs = try Self.declarations(in: Self.theirs)
        #expect(theirs.contains("onnx.TensorProto.raw_data = 9 LABEL_OPTIONAL TYPE_BYTES false"))
        #expect(theirs.contains("onnx.TensorProto.dims = 1 LABEL_REPEATED TYPE_INT64 false"))
        let symbol = "onnx.TensorShapeProto.Dimension.dim_param = 2 LABEL_OPTIONAL TYPE_STRING false in oneof"
        #expect(theirs.contains(symbol))
        #expect(theirs.subtracting(ours).sorted() == [])
        #expect(ours.subtracting(theirs).contains("onnx.TensorProto.DataType = 26"))
        #expect(ours.subtracting(theirs).contains("onnx.Version = 13"))
    }

    private static var isProtocInstalled: Bool {
        FileManager.default.fileExists(atPath: protobuf + "/google/protobuf/descriptor.proto")
            && (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: $0 + "/protoc")
            }
    }

    /// A line for each field, as "message.field = number label type packed", and for each number of an enum.
    /// The names of enum values are left out: `IR_VERSION` is a name that moves from version to version.
    private static func declarations(in folder: String) throws -> Set<String> {
        let set = try run("protoc", ["--proto_path=\(folder)", "--descriptor_set_out=/dev/stdout", "onnx.proto"])
        let text = try run(
            "protoc",
            [
                "--proto_path=\(protobuf)", "--decode=google.protobuf.FileDescriptorSet",
                "google/protobuf/descriptor.proto",
            ], input: set)
        var lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)[...]
        return Block(&lines).declarations(prefix: "")
    }

    private static func run(_ program: String, _ arguments: [String], input: Data = Data()) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let source = Pipe(), sink = Pipe()
        process.standardInput = source
        process.standardOutput = sink
        try process.run()
        source.fileHandleForWriting.write(input)
        try source.fileHandleForWriting.close()
        let output = try sink.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return output
    }
}

/// A message in protobuf's text form: scalars as `key: value`, messages as `key { ... }`.
private struct Block {
    private var values: [String: String] = [:]
    private var blocks: [(key: String, block: Block)] = []

    /// Takes lines up to the closing brace or the end.
    init(_ lines: inout ArraySlice<String>) {
        while let line = lines.popFirst()?.trimmingCharacters(in: .whitespaces), line != "}" {
            if line.hasSuffix("{") {
                blocks.append((String(line.dropLast(2)), Block(&lines)))
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                values[String(line[..<colon])] = value.trimmingCharacters(in: ["\""])
            }
        }
    }

    /// What a descriptor declares, and what the descriptors in it declare; `prefix` names the one around it.
    func declarations(prefix: String) -> Set<String> {
        var result: Set<String> = []
        for (key, block) in blocks {
            let name = [prefix, block.values["package"] ?? block.values["name"] ?? ""].filter { !$0.isEmpty }
                .joined(separator: ".")
            switch key {
            case "field":
                let type = block.values["type_name"] ?? block.values["type"] ?? ""
                let packed = block.blocks.first { $0.key == "options" }?.block.values["packed"] ?? "false"
                let oneof = block.values["oneof_index"] == nil ? "" : " in oneof"
                let label = block.values["label"] ?? ""
                result.insert("\(name) = \(block.values["number"] ?? "") \(label) \(type) \(packed)\(oneof)")
            case "value": result.insert("\(prefix) = \(block.values["number"] ?? "")")
            case "file": result.formUnion(block.declarations(prefix: block.values["package"] ?? ""))
            case "message_type", "nested_type", "enum_type": result.formUnion(block.declarations(prefix: name))
            default: break
            }
        }
        return result
    }
}
