import Testing

@testable import Kernels

@Suite("Tables of bytes")
struct ByteTableTests {
    /// Looks bytes up one by one, and compares.
    private func check(_ extents: [Int], axis: Int, x broadcast: [Int], inputIsSigned: Bool, seed: Int) {
        var random = SeededRandom(seed: seed)
        let channels = extents[axis], count = extents.reduce(1, *)
        let values = random.bytes(256 * channels, extreme: false)
        let x = random.bytes(broadcast.reduce(1, *), extreme: false)
        let inner = extents[(axis + 1)...].reduce(1, *)
        let strides = MergedAxes.broadcastStrides(broadcast, to: extents)
        let expected = (0..<count).map { element -> UInt8 in
            var rest = element, place = 0
            for (extent, stride) in zip(extents, strides).reversed() {
                place += rest % extent * stride
                rest /= extent
            }
            let order = inputIsSigned ? Int(Int8(bitPattern: x[place])) + 128 : Int(x[place])
            return values[order * channels + element / inner % channels]
        }
        let tables = ByteTables(values, inputIsSigned: inputIsSigned, x: broadcast, output: extents, axis: axis)
        var apart = [UInt8](repeating: 0xaa, count: count + 1)
        tables.run(x, &apart)
        #expect(apart == expected + [0xaa], "seed \(seed)")
        guard x.count == count else { return }
        var place = x
        place.withUnsafeMutableBufferPointer { tables.run(UnsafePointer($0.baseAddress!), $0.baseAddress!) }
        #expect(place == expected, "in place, seed \(seed)")
    }

    @Test("give each channel its function, channels last", arguments: 0..<60)
    func channelsLast(seed: Int) {
        var random = SeededRandom(seed: seed)
        let extents = [random.integer(1...3), random.integer(1...140), random.integer(1...70)]
        check(extents, axis: 2, x: extents, inputIsSigned: random.flag(), seed: seed)
    }

    @Test("give each index of any other axis its function", arguments: 0..<60)
    func planes(seed: Int) {
        var random = SeededRandom(seed: seed)
        let extents = (0..<4).map { _ in random.integer(1...12) }
        check(extents, axis: random.integer(0...3), x: extents, inputIsSigned: random.flag(), seed: seed)
    }

    @Test("repeat what is given once", arguments: [[1, 1, 1], [1, 3, 5], [5], [4, 1, 5]])
    func broadcast(x: [Int]) {
        for axis in 0..<3 { check([4, 3, 5], axis: axis, x: x, inputIsSigned: false, seed: axis) }
    }

    @Test("are the same on every number of threads", arguments: [0, 1, 2])
    func threads(axis: Int) {
        defer { KernelThreads.set(KernelThreads.available) }
        for threads in [1, 2, 5] {
            KernelThreads.set(threads)
            check([311, 37, 41], axis: axis, x: [311, 37, 41], inputIsSigned: true, seed: threads)
        }
    }

    @Test("one for all", arguments: [0, 1, 63, 64, 65, 1 << 18])
    func one(count: Int) {
        var random = SeededRandom(seed: count)
        let values = random.bytes(256, extreme: false), x = random.bytes(count, extreme: false)
        let table = ByteTable(values, inputIsSigned: false)
        var y = [UInt8](repeating: 0xaa, count: count + 1)
        table.run(x, &y, count: count)
        #expect(y == x.map { values[Int($0)] } + [0xaa], "seed \(count)")
    }

    @Test("one for rows that lie apart", arguments: [1, 7, 64, 100])
    func rows(length: Int) {
        defer { KernelThreads.set(KernelThreads.available) }
        var random = SeededRandom(seed: length)
        let rows = 3001, step = length + 5
        let values = random.bytes(256, extreme: false), x = random.bytes(rows * length, extreme: false)
        let table = ByteTable(values, inputIsSigned: false)
        let expected = (0..<rows * step).map { place in
            place % step < length ? values[Int(x[place / step * length + place % step])] : 0xaa
        }
        for threads in [1, 3] {
            KernelThreads.set(threads)
            var y = [UInt8](repeating: 0xaa, count: rows * step)
            table.run(x, &y, rows: rows, of: length, step: step)
            #expect(y == expected, "\(threads) threads")
        }
    }
}
