import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

@Suite("An output file appears whole or not at all")
struct OutputTests {
    private let model: Model = {
        let tensor = Tensor([Float](repeating: 1, count: 1 << 18), [1 << 18])
        let graph = Graph(name: "g", initializers: ["w": tensor], outputs: [ValueInfo("w", .float32, nil)])
        return Model(opsetImports: [OpsetImport("", 13)], graph: graph)
    }()

    private var withDataFile: Model {
        var model = model
        model.graph.initializers["w"]?.encoding = .external
        return model
    }

    /// `file` is the one that the fault names, where it is not the model's.
    private func expectFault(_ expected: FormatFault, at path: String, _ model: Model, file: String? = nil) {
        #expect(throws: FileFault(path: file ?? path, fault: expected)) { try ONNXFile.write(model, to: path) }
    }

    @Test("into a folder that exists")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        expectFault(.system(.create, code: ENOENT), at: folder.file("none/out.onnx"), model)
        #expect(folder.names == [])
    }

    @Test("not in place of a folder or a device")
    func notRegular() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("out.onnx"), withIntermediateDirectories: false)
        expectFault(.notRegularFile(.create), at: folder.file("out.onnx"), model)
        expectFault(.notRegularFile(.create), at: folder.file("out.onnx"), withDataFile)
        expectFault(.notRegularFile(.create), at: "/dev/null", model)
        #expect(folder.names == ["out.onnx"])
    }

    @Test("and a data file does not appear without its model")
    func dataFileIsTakenBack() throws {
        let folder = try TemporaryFolder()
        try Data("before".utf8).write(to: URL(filePath: folder.file("out.onnx.data")))
        do {
            let data = try OutputFile(folder.file("out.onnx.data"))
            try data.finish()
            try data.place()
            #expect(try contents(folder.file("out.onnx.data")) == [])
        }
        #expect(try contents(folder.file("out.onnx.data")) == Array("before".utf8))
        #expect(folder.names == ["out.onnx.data"])
        try FileManager.default.removeItem(atPath: folder.file("out.onnx.data"))
        do {
            let data = try OutputFile(folder.file("out.onnx.data"))
            try data.finish()
            try data.place()
        }
        #expect(folder.names == [])
    }

    @Test("and a data file that cannot be written leaves no model")
    func dataFileFails() throws {
        let folder = try TemporaryFolder()
        let data = folder.file("out.onnx.data")
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
        expectFault(.notRegularFile(.create), at: folder.file("out.onnx"), withDataFile, file: data)
        #expect(folder.names == ["out.onnx.data"])
    }

    @Test("on a full disk too")
    func fullDisk() throws {
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=512k") == 0 else {
            print("SKIPPED: no right to mount a small disk to fill: \(String(cString: strerror(errno)))")
            return
        }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        try ONNXFile.write(Model(opsetImports: [], graph: Graph()), to: folder.file("out.onnx"))
        let before = try contents(folder.file("out.onnx"))
        expectFault(.system(.write, code: ENOSPC), at: folder.file("out.onnx"), model)
        let data = folder.file("out.onnx.data")
        expectFault(.system(.write, code: ENOSPC), at: folder.file("out.onnx"), withDataFile, file: data)
        #expect(try contents(folder.file("out.onnx")) == before)
        #expect(folder.names == ["out.onnx"])
    }

    @Test("and may replace the model that it was read from")
    func overwritesItsInput() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("model.onnx")
        try ONNXFile.write(model, to: path)
        var again = try ONNXFile.read(path)
        again.producerName = "changed"
        try ONNXFile.write(again, to: path)
        let read = try ONNXFile.read(path)
        #expect(read.producerName == "changed")
        #expect(read.graph.initializers["w"]?.floats?.allSatisfy { $0 == 1 } == true)
    }

    @Test("a value that the format cannot hold is refused")
    func badValues() throws {
        var nul = model
        nul.producerName = "a\0b"
        #expect(throws: FileFault(path: "", fault: .malformed(.nulInText, offset: nil))) {
            try ONNXFile.serialize(nul)
        }
        var short = model
        short.graph.initializers["w"]?.extents = [7]
        #expect(
            throws: FileFault(
                path: "", place: [.initializer("w")], fault: .dataSize(expected: 28, got: 1 << 20, typed: false))
        ) { try ONNXFile.serialize(short) }
    }
}
