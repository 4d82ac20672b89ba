import Foundation
import Kernels
import Testing

@Suite("Loops over histograms")
struct StatisticsKernelTests {
    @Test("Merged bins give the sum of m log(m / o) over their groups", arguments: [1, 2, 7, 8, 255, 256, 257, 900])
    func mergedInformation(groups: Int) {
        var random = SeededRandom(seed: groups)
        let counts = (0..<1000).map { _ in Int(random.next() % 4) == 0 ? Double(random.next() % 1000) : 0 }
        let mass = counts.reduce(into: [0.0]) { $0.append($0.last! + $1) }
        let occupied = counts.reduce(into: [0.0]) { $0.append($0.last! + ($1 > 0 ? 1 : 0)) }
        for bins in [0..<1000, 13..<950] {
            let expected = (0..<groups).reduce(0.0) { sum, group in
                let range = (bins.lowerBound + group * bins.count / groups)
                    ..< (bins.lowerBound + (group + 1) * bins.count / groups)
                let m = counts[range].reduce(0, +), o = Double(counts[range].count { $0 > 0 })
                return m > 0 ? sum + m * log(m / o) : sum
            }
            let found = HistogramKernels.mergedInformation(mass: mass, occupied: occupied, bins: bins, groups: groups)
            #expect(abs(found - expected) <= 1e-12 * expected, "\(groups) groups of \(bins)")
        }
    }

    @Test("Work shared out among threads gives its results in order", arguments: [1, 2, 5])
    func map(threads: Int) {
        let before = KernelThreads.count
        defer { KernelThreads.set(before) }
        KernelThreads.set(threads)
        #expect(KernelThreads.map(Array(0..<100)) { "\($0 * $0)" } == (0..<100).map { "\($0 * $0)" })
        #expect(KernelThreads.map([Int]()) { $0 } == [])
    }
}
