import Testing

@testable import Calibration

@Suite("Labels from a file of their own")
struct LabelSourceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("A .npy holds one label a row, and gives them in pieces")
    func array() throws {
        let source = try LabelSource.open(folder.write(npy("<i4", [5], [Int32](0..<5)), "a.npy"))
        #expect(source.count == 5)
        #expect(try source.next(2) == [0, 1])
        #expect(try source.next(9) == [2, 3, 4])
        #expect(try source.next(1) == [])
    }

    @Test("A .npz gives its array called label, or its only one")
    func archive() throws {
        let labels = npy("<i8", [2, 1], [Int64(7), 8]), other = npy("<f4", [3], [Float(1), 2, 3])
        let named = try folder.write(zip([("x.npy", other), ("label.npy", labels)]), "named.npz")
        #expect(try LabelSource.open(named).next(2) == [7, 8])
        let only = try folder.write(zip([("classes.npy", labels)]), "only.npz")
        #expect(try LabelSource.open(only).next(2) == [7, 8])
        let unclear = try folder.write(zip([("a.npy", labels), ("b.npy", labels)]), "unclear.npz")
        #expect(throws: SampleFault.self) { try LabelSource.open(unclear) }
    }

    @Test("Labels are whole numbers, one a row, from a file that is there")
    func refusals() throws {
        let rows = try folder.write(npy("<i4", [2, 2], [Int32](0..<4)), "rows.npy")
        #expect(throws: SampleFault.self) { try LabelSource.open(rows) }
        let halves = try folder.write(npy("<f4", [1], [Float(0.5)]), "halves.npy")
        #expect(throws: SampleFault.self) { try LabelSource.open(halves).next(1) }
        #expect(throws: SampleFault.self) { try LabelSource.open(folder.write([1, 2], "labels.txt")) }
        #expect(throws: SampleFault.missing("/nonexistent.npy")) { try LabelSource.open("/nonexistent.npy") }
    }
}
