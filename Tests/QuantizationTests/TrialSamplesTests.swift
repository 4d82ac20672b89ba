import Testing

@testable import Quantization

@Suite("The samples that steps work on")
struct TrialSamplesTests {
    /// The first samples of what is kept, in the order of their places.
    private func kept(_ chosen: TrialSamples, samples: Int, atOnce: Int) -> [Int] {
        let firsts = stride(from: 0, to: samples, by: atOnce).filter { chosen.place(of: $0) != nil }
        #expect(firsts.map { chosen.place(of: $0) } == (0..<chosen.count).map { $0 })
        return firsts
    }

    @Test("are all of them where they take little memory", arguments: [1, 7, 256], [1, 4])
    func all(samples: Int, atOnce: Int) {
        let chosen = TrialSamples(samples: samples, atOnce: atOnce, sampleBytes: 12_288)
        #expect(kept(chosen, samples: samples, atOnce: atOnce) == Array(stride(from: 0, to: samples, by: atOnce)))
    }

    @Test("take no more memory however many there are, and lie evenly", arguments: [60, 999, 50_000], [1, 3])
    func some(samples: Int, atOnce: Int) {
        let bytes = 602_112
        let chosen = TrialSamples(samples: samples, atOnce: atOnce, sampleBytes: bytes)
        let firsts = kept(chosen, samples: samples, atOnce: atOnce)
        #expect(firsts.count * atOnce * bytes <= 1 << 25)
        let gaps = zip(firsts, firsts.dropFirst()).map { ($1 - $0) / atOnce }
        #expect(firsts.first == 0 && (gaps.max() ?? 0) - (gaps.min() ?? 0) <= 1)
    }

    @Test("are sixteen however large one is")
    func large() {
        let chosen = TrialSamples(samples: 500, atOnce: 1, sampleBytes: 1 << 30)
        #expect(kept(chosen, samples: 500, atOnce: 1).count == 16)
    }
}
