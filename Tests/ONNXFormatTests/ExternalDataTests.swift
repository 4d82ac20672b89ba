import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

@Suite("Weights in a file beside the model")
struct ExternalDataTests {
    private static let values: [Float] = (0..<600).map(Float.init)

    private func model(_ encoding: Tensor.Encoding, _ names: [String] = ["w"]) -> Model {
        var graph = Graph(name: "g", outputs: names.map { ValueInfo($0, .float32, Shape([600])) })
        for name in names {
            var tensor = Tensor(Self.values, [600])
            tensor.encoding = encoding
            graph.initializers[name] = tensor
        }
        return Model(opsetImports: [OpsetImport("", 13)], graph: graph)
    }

    /// A model whose only tensor, two floats, names its data by these entries.
    private func bytes(_ entries: [(String, String)]) -> [UInt8] {
        let data = entries.flatMap { Wire.encode([13: .message([1: .text($0.0), 2: .text($0.1)])]) }
        let tensor = Wire.encode([1: .int(2), 2: .int(1), 8: .text("w")]) + data + Wire.encode([14: .int(1)])
        return Wire.encode([1: .int(8), 7: .message([5: .bytes(tensor), 12: .message([1: .text("w")])])])
    }

    private func fault(_ folder: TemporaryFolder, _ entries: [(String, String)]) throws -> FormatFault? {
        let path = folder.file("model.onnx")
        try Data(bytes(entries)).write(to: URL(filePath: path))
        do {
            _ = try ONNXFile.read(path)
            return nil
        } catch let fault as FileFault {
            #expect(fault.path == path && fault.place == [.initializer("w")])
            return fault.fault
        }
    }

    @Test("comes back as it was, aligned, under the output's own name")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        try ONNXFile.write(model(.external, ["a", "b"]), to: folder.file("first.onnx"))
        #expect(folder.names == ["first.onnx", "first.onnx.data"])
        let first = try ONNXFile.read(folder.file("first.onnx"))
        try ONNXFile.write(first, to: folder.file("second.onnx"))
        let second = try ONNXFile.read(folder.file("second.onnx"))
        for name in ["a", "b"] {
            let tensor = try #require(second.graph.initializers[name])
            #expect(tensor.floats == Self.values)
            #expect(tensor.encoding == .external && tensor.bytes is ByteSlice)
            #expect(tensor.bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) % 64 } == 0)
        }
    }

    @Test("replaces the data of the model that was there, while it is read from there")
    func inPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.onnx")
        try ONNXFile.write(model(.external, ["a", "b"]), to: path)
        var changed = try ONNXFile.read(path)
        changed.graph.initializers.removeValue(forKey: "a")
        changed.graph.outputs.removeFirst()
        try ONNXFile.write(changed, to: path)
        #expect(try ONNXFile.read(path).graph.initializers["b"]?.floats == Self.values)
        #expect(folder.names == ["model.onnx", "model.onnx.data"])
    }

    @Test("is where large tensors go when the model would be too large, and small ones stay")
    func tooLargeForOneFile() throws {
        let folder = try TemporaryFolder()
        var large = model(.raw, ["a", "b"])
        large.graph.initializers["small"] = Tensor([Int64](repeating: 3, count: 4), [4])
        try ModelOutput(large, path: folder.file("model.onnx"), sizeLimit: 1000).write()
        let again = try ONNXFile.read(folder.file("model.onnx"))
        #expect(again.graph.initializers["a"]?.encoding == .external)
        #expect(again.graph.initializers["b"]?.floats == Self.values)
        #expect(again.graph.initializers["small"]?.encoding == .raw)
        #expect(throws: FormatFault.tooLarge(60)) {
            try ModelOutput(large, path: folder.file("model.onnx"), sizeLimit: 60)
        }
    }

    @Test("may be named with an offset and without a length")
    func offsetOnly() throws {
        let folder = try TemporaryFolder()
        let floats: [Float] = [0, 1, 2, 3]
        try floats.withUnsafeBytes { Data($0) }.write(to: URL(filePath: folder.file("weights")))
        #expect(try fault(folder, [("location", "weights"), ("offset", "4")]) == nil)
        let read = try ONNXFile.read(folder.file("model.onnx"))
        #expect(read.graph.initializers["w"]?.floats == [1, 2])
    }

    @Test("is refused outside the model's folder", arguments: [
        "/etc/hostname", "../secret", "inner/../../secret", "link", "linked/secret", "..",
    ])
    func outside(location: String) throws {
        let outer = try TemporaryFolder()
        let folder = try TemporaryFolder()
        try Data(count: 8).write(to: URL(filePath: outer.file("secret")))
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: outer.file("secret"))
        try files.createSymbolicLink(atPath: folder.file("linked"), withDestinationPath: outer.path)
        #expect(try fault(folder, [("location", location)]) == .external(.outsideFolder(location: location)))
    }

    @Test("may be reached by a link that stays in the folder")
    func innerLink() throws {
        let folder = try TemporaryFolder()
        try Data(count: 8).write(to: URL(filePath: folder.file("weights")))
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "weights")
        #expect(try fault(folder, [("location", "link")]) == nil)
    }

    @Test("is refused where it is missing, no file, or too short")
    func broken() throws {
        let folder = try TemporaryFolder()
        try Data(count: 8).write(to: URL(filePath: folder.file("weights")))
        try FileManager.default.createDirectory(atPath: folder.file("inner"), withIntermediateDirectories: false)
        mkfifo(folder.file("pipe"), 0o600)
        let cases: [([(String, String)], ExternalDataFault)] = [
            ([], .missingLocation),
            ([("location", "")], .missingLocation),
            ([("location", "none")], .cannotOpen(location: "none", code: ENOENT)),
            ([("location", "inner")], .notRegularFile(location: "inner")),
            ([("location", "pipe")], .notRegularFile(location: "pipe")),
            ([("location", "weights"), ("offset", "-1")], .badNumber(key: "offset", value: "-1")),
            ([("location", "weights"), ("length", "9e9")], .badNumber(key: "length", value: "9e9")),
            (
                [("location", "weights"), ("offset", "99999999999999999999")],
                .badNumber(key: "offset", value: "99999999999999999999")
            ),
            ([("location", "weights"), ("length", "7")], .length(location: "weights", expected: 8, got: 7)),
            (
                [("location", "weights"), ("offset", "1")],
                .outsideFile(location: "weights", offset: 1, length: 8, fileSize: 8)
            ),
            (
                [("location", "weights"), ("offset", "\(Int.max)")],
                .outsideFile(location: "weights", offset: .max, length: 8, fileSize: 8)
            ),
        ]
        for (entries, expected) in cases { #expect(try fault(folder, entries) == .external(expected)) }
    }

    @Test("needs a folder")
    func noFolder() {
        #expect(
            throws: FileFault(
                path: "", place: [.initializer("w")], fault: .external(.noFolder(location: "weights")))
        ) { try ONNXFile.parse(bytes([("location", "weights")])) }
    }
}
