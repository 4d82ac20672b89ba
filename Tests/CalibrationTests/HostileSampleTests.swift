import GraphIR
import Testing

@testable import Calibration

/// Files that lie about themselves: each ends in a `SampleFault`, none in a crash or a huge allocation.
@Suite struct HostileSampleTests {
    let folder: TemporaryFolder
    let inputs = [ValueInfo("x", .float32, nil)]

    init() throws { folder = try TemporaryFolder() }

    private func readAll(_ path: String) throws {
        let source = try SampleSource.open(path, inputs: inputs)
        while try source.next() != nil {}
    }

    private func isRefused(_ bytes: [UInt8], _ name: String) throws -> Bool {
        let path = try folder.write(bytes, name)
        do { try readAll(path) } catch is SampleFault { return true }
        return false
    }

    private let array = npy("<f4", [4, 100], (0..<400).map { Float($0) })

    @Test func everyTruncationIsRefused() throws {
        for length in stride(from: 0, to: array.count, by: 7) {
            #expect(try isRefused(Array(array[..<length]), "a.npy"), "\(length) bytes")
        }
        for deflated in [true, false] {
            let archive = zip([("x.npy", array)], deflated: deflated, zip64: true)
            for length in stride(from: 0, to: archive.count, by: 7) {
                #expect(try isRefused(Array(archive[..<length]), "a.npz"), "\(length) bytes")
            }
        }
    }

    @Test func everyDamagedByteIsRefusedOrHarmless() throws {
        var generator = SeededGenerator()
        for deflated in [true, false] {
            let archive = zip([("x.npy", array)], deflated: deflated, zip64: true)
            for position in archive.indices {
                var damaged = archive
                damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
                _ = try isRefused(damaged, "a.npz")
            }
        }
        for position in 0..<128 {
            var damaged = array
            damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
            _ = try isRefused(damaged, "a.npy")
        }
    }

    @Test(arguments: [
        [1 << 62, 1 << 62], [0, 1 << 62, 1 << 62], [1 << 62, 1 << 62, 0], [1, 1 << 50], [1 << 50, 1], [Int.max],
        [-1, 2],
    ])
    func absurdShapesAreRefused(shape: [Int]) throws {
        let bytes = rawNpy("'<f4'", shape, [0, 0, 0, 0])
        #expect(try isRefused(bytes, "a.npy"))
        #expect(try isRefused(zip([("x.npy", bytes)]), "a.npz"))
    }

    @Test(arguments: [
        "{", "{}", "(", "{'descr': '<f4', 'fortran_order': False, 'shape': (1", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "'",
        "1",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "{1: 2}", "{'a' 'b'}", "",
    ])
    func damagedHeadsAreRefused(text: String) throws {
        let head = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        #expect(try isRefused(head + [0, 0, 0, 0], "a.npy"))
    }

    @Test func aHeaderLongerThanTheFileIsRefused() throws {
        let magic = [0x93] + Array("NUMPY".utf8)
        #expect(try isRefused(magic + [1, 0, 0xff, 0xff, 1, 2], "a.npy"))
        #expect(try isRefused(magic + [2, 0, 0xff, 0xff, 0xff, 0xff, 1, 2], "a.npy"))
        #expect(try isRefused(magic + [9, 0, 1, 0, 1], "a.npy"))
    }

    @Test func aWrongChecksumIsRefused() throws {
        var archive = zip([("x.npy", array)], deflated: false)
        archive[30 + 5 + array.count - 1] ^= 1
        #expect(try isRefused(archive, "a.npz"))
    }

    @Test func membersThatAreNoArraysAreRefused() throws {
        #expect(try isRefused(zip([("x.npy", Array("hello world".utf8))]), "a.npz"))
        #expect(try isRefused(zip([("readme.txt", Array("hello".utf8))]), "a.npz"))
        #expect(try isRefused(zip([("x.npy", array), ("x.npy", array)]), "a.npz"))
        #expect(try isRefused(zip([]), "a.npz"))
    }
}

/// splitmix64; prints its seed so that a failure can be repeated with `ONNXQ_SEED`.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init() {
        state = Environment.seed ?? UInt64.random(in: 0...UInt64.max)
        print("seed \(state)")
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
