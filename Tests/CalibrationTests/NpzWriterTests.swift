import GraphIR
import Testing

@testable import Calibration

@Suite struct NpzWriterTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func whatIsWrittenPieceByPieceIsReadAgain() throws {
        let path = folder.path + "/out.npz"
        let writer = try NpzWriter(path, [.init("a", .float32, [3, 2]), .init("b/c:0", .int64, [3])])
        for row in 0..<3 {
            try writer.append(Tensor([Float(row), Float(row) + 0.5], [1, 2]), to: 0)
            try writer.append(Tensor([Int64(row)], [1]), to: 1)
        }
        try writer.finish()
        let inputs = [ValueInfo("a", .float32, nil), ValueInfo("b/c:0", .int64, nil)]
        let source = try SampleSource.open(path, inputs: inputs, batch: 3)
        let sample = try source.next()
        #expect(sample?.values["a"]?.floats == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(sample?.values["b/c:0"]?.integers == [0, 1, 2])
    }

    @Test func nothingAppearsBeforeTheEnd() throws {
        var writer: NpzWriter? = try NpzWriter(folder.path + "/out.npz", [.init("a", .float32, [2])])
        try writer?.append(Tensor([1, 2] as [Float], [2]), to: 0)
        #expect(!folder.names.contains("out.npz"))
        writer = nil
        #expect(folder.names.isEmpty)
    }

    @Test func strangeTypesAndNamesAreRefused() {
        let path = folder.path + "/out.npz"
        #expect(throws: OutputFault.noNumpyType("s", .string)) { try NpzWriter(path, [.init("s", .string, [1])]) }
        let long = String(repeating: "n", count: 70_000)
        #expect(throws: OutputFault.nameTooLong(long)) { try NpzWriter(path, [.init(long, .int8, [1])]) }
        #expect(folder.names.isEmpty)
    }

    @Test func entriesBeyondFourGigabytesTurnToZip64() throws {
        let far = 5 << 30, size = 6 << 30
        let entry = ZipEntry("x.npy", size: size, offset: far)
        var parser = ZipDirectoryParser(ZipEntry.directory([entry], at: 11 << 30), place: "test")
        let member = try parser.next()
        #expect(member.name == "x.npy" && member.size == size && member.compressedSize == size)
        #expect(member.headerOffset == far && entry.start == far + 30 + 5 + 20)
    }
}
