import GraphIR
import Testing

@testable import Calibration

@Suite struct NumpyTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func only(_ bytes: [UInt8], _ type: ElementType) throws -> Tensor? {
        let path = try folder.write(bytes, "a.npy")
        let inputs = [ValueInfo("x", type, Shape([.unknown]))]
        return try SampleSource.open(path, inputs: inputs, batch: 100).next()?.values["x"]
    }

    @Test func numbersBecomeTheInputsType() throws {
        #expect(try only(npy("<f8", [2], [1.5, -2] as [Double]), .float32)?.floats == [1.5, -2])
        #expect(try only(npy("|u1", [2], [0, 255] as [UInt8]), .float32)?.floats == [0, 255])
        #expect(try only(npy("|b1", [2], [0, 7] as [UInt8]), .float32)?.floats == [0, 1])
        #expect(try only(npy("<i4", [2], [-3, 4] as [Int32]), .int64)?.elements(as: Int64.self) == [-3, 4])
        #expect(try only(npy("<f4", [2], [-3, 4] as [Float]), .int64)?.elements(as: Int64.self) == [-3, 4])
        #expect(try only(npy("<u8", [1], [UInt64.max]), .float32)?.floats == [0x1p64])
        #expect(try only(npy("<f2", [2], [0x3c00, 0xc000] as [UInt16]), .float64)?.elements(as: Double.self) == [1, -2])
        #expect(try only(npy("<f4", [2], [1, 65504] as [Float]), .float16)?.floats == [1, 65504])
        #expect(try only(npy("<f4", [1], [1 + 0x1.8p-8] as [Float]), .bfloat16)?.floats == [1 + 0x1p-7])
    }

    @Test func bigEndianNumbersAreRead() throws {
        #expect(try only(rawNpy("'>f4'", [1], [0x3f, 0x80, 0, 0]), .float32)?.floats == [1])
        #expect(try only(rawNpy("'>i2'", [2], [0xff, 0xfe, 0, 1]), .int16)?.integers == [-2, 1])
    }

    @Test func valuesThatTheTypeDoesNotHaveAreRefused() throws {
        func refusal(_ bytes: [UInt8], _ type: ElementType) -> String? {
            do { _ = try only(bytes, type) } catch SampleFault.value(let text, _, 0, _, type) {
                return text
            } catch SampleFault.notFinite(_, 0, _) {
                return "not finite"
            } catch SampleFault.elementType(_, _, let got, _) {
                return got
            } catch {
                Issue.record(error)
            }
            return nil
        }
        #expect(refusal(npy("<f4", [1], [0.5] as [Float]), .int64) == "0.5")
        #expect(refusal(npy("<i4", [1], [300] as [Int32]), .uint8) == "300")
        #expect(refusal(npy("<i4", [1], [-1] as [Int32]), .uint64) == "-1")
        #expect(refusal(npy("|u1", [1], [2] as [UInt8]), .bool) == "2")
        #expect(refusal(npy("<f8", [1], [1e300]), .float32) == "not finite")
        #expect(refusal(npy("<f8", [1], [1e300]), .int64) == "1e+300")
        #expect(refusal(npy("<i4", [1], [1] as [Int32]), .string) == "int32")
        #expect(refusal(npy("<c8", [1], [1, 0] as [Float]), .float32) == "complex64")
    }

    @Test(arguments: ["'|O'", "'<U3'", "'|S4'", "'<M8[ns]'", "'<V2'", "[('a', '<f4'), ('b', '<i4')]", "'<f16'", "'f4'"])
    func typesThatAreNoNumbersAreRefused(descriptor: String) throws {
        let path = try folder.write(rawNpy(descriptor, [1], [0, 0, 0, 0]), "a.npy")
        let thrown = #expect(throws: SampleFault.self) {
            try SampleSource.open(path, inputs: [ValueInfo("x", .float32, nil)])
        }
        if case .unsupported(path, _)? = thrown {} else { Issue.record("\(String(describing: thrown))") }
    }

    @Test func fortranOrderIsRefusedOnlyWhereItMatters() throws {
        let matrix = try folder.write(rawNpy("'<f4'", [2, 1], [UInt8](repeating: 0, count: 8), fortran: true), "m.npy")
        #expect(throws: SampleFault.self) { try SampleSource.open(matrix, inputs: [ValueInfo("x", .float32, nil)]) }
        #expect(try only(rawNpy("'<f4'", [1], [0, 0, 0x80, 0x3f], fortran: true), .float32)?.floats == [1])
    }

    @Test func headsAreReadAsTheyAreWritten() throws {
        for extents in [[], [3], [2, 0, 5], Array(repeating: 1, count: 40_000)] {
            let header = NumpyHeader(try #require(NumpyType(holding: .float32)), extents)
            let bytes = header.encoded
            #expect(bytes.count % 64 == 0)
            let path = try folder.write(bytes, "h.npy")
            let file = try InputFile(path)
            guard extents.count < 10_000 else { continue }
            let read = try NumpyHeader(FileRegion(file, 0..<file.size), place: path)
            #expect(read.extents == extents && read.type == header.type && read.length == bytes.count)
        }
    }
}
