import Foundation
import GraphIR
import Testing

import ONNXFormat

@Suite("Files with one tensor")
struct TensorFileTests {
    @Test("come back with name, type, extents and elements")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let values = (0..<1000).map { Double($0) / 7 }
        try TensorFile.write(Tensor(values, [10, 100]), name: "x", to: folder.file("x.pb"))
        let (name, tensor) = try TensorFile.read(folder.file("x.pb"))
        #expect(name == "x" && tensor.extents == [10, 100] && tensor.elements(as: Double.self) == values)
        try TensorFile.write(Tensor(scalar: UInt8(7)), to: folder.file("x.pb"))
        let second = try TensorFile.read(folder.file("x.pb"))
        #expect(second.name == nil && second.tensor.extents == [] && second.tensor.integers == [7])
        try TensorFile.write(Tensor(strings: [Array("ä".utf8), []], [2]), to: folder.file("x.pb"))
        #expect(try TensorFile.read(folder.file("x.pb")).tensor.strings == [Array("ä".utf8), []])
        #expect(folder.names == ["x.pb"])
    }

    @Test("that are broken, empty or missing get a clear error")
    func broken() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("x.pb")
        let cases: [([UInt8]?, FormatFault)] = [
            (nil, .system(.open, code: ENOENT)), ([], .emptyFile), ([0x08], .malformed(.truncated, offset: 1)),
            (Wire.encode([1: .int(2), 2: .int(1)]), .dataSize(expected: 2, got: 0, typed: true)),
            (Wire.encode([8: .text("x")]), .missingField("TensorProto.data_type")),
        ]
        for (bytes, fault) in cases {
            if let bytes { try Data(bytes).write(to: URL(filePath: path)) }
            #expect(throws: FileFault(path: path, fault: fault)) { try TensorFile.read(path) }
        }
    }
}
