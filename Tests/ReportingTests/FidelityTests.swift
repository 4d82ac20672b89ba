import Foundation
import Testing

@testable import Reporting

@Suite("How close values come to their reference")
struct FidelityTests {
    @Test("SQNR is ten times the decimal logarithm of signal over noise, over all values added")
    func sqnr() {
        var fidelity = Fidelity()
        fidelity.add(reference: [3, 4], measured: [3, 3])
        #expect(abs(fidelity.sqnr - 10 * log10(25)) < 1e-12)
        fidelity.add(reference: [0], measured: [2])
        #expect(abs(fidelity.sqnr - 10 * log10(25.0 / 5)) < 1e-12)
    }

    @Test("Values that do not differ have an infinite SQNR and cosine 1")
    func identity() {
        var fidelity = Fidelity()
        fidelity.add(reference: [1, -2, 3], measured: [1, -2, 3])
        #expect(fidelity.sqnr == .infinity)
        #expect(abs(fidelity.cosine - 1) < 1e-15)
        #expect(fidelity.largestError == 0)
        #expect(Fidelity().cosine == 1)
    }

    @Test("The cosine does not depend on the length of a sequence, and turns with its sign")
    func cosine() {
        var scaled = Fidelity(), opposite = Fidelity(), across = Fidelity()
        scaled.add(reference: [1, 2, 3], measured: [10, 20, 30])
        opposite.add(reference: [1, 2, 3], measured: [-1, -2, -3])
        across.add(reference: [1, 0], measured: [0, 1])
        #expect(abs(scaled.cosine - 1) < 1e-15)
        #expect(abs(opposite.cosine + 1) < 1e-15)
        #expect(across.cosine == 0)
    }

    @Test("Adding piece by piece gives what adding at once gives, whatever the values")
    func pieces() {
        let seed = UInt64.random(in: 0..<1 << 32)
        var state = seed
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / 0x1p28
        }
        let reference = (0..<1000).map { _ in next() }, measured = (0..<1000).map { _ in next() }
        var whole = Fidelity(), joined = Fidelity()
        whole.add(reference: reference, measured: measured)
        for start in stride(from: 0, to: 1000, by: 100) {
            var piece = Fidelity()
            piece.add(
                reference: Array(reference[start..<start + 100]), measured: Array(measured[start..<start + 100]))
            joined.add(piece)
        }
        #expect(abs(whole.sqnr - joined.sqnr) < 1e-9, "seed \(seed)")
        #expect(abs(whole.cosine - joined.cosine) < 1e-12, "seed \(seed)")
        #expect(whole.largestError == joined.largestError, "seed \(seed)")
        #expect(whole.count == joined.count, "seed \(seed)")
    }

    @Test("A sequence gives what its values one by one give, up to rounding, also where one is no number")
    func sequences() {
        var reference = (0..<1003).map { Float($0 * 37 % 101) - 50 }
        let measured = reference.enumerated().map { $1 + Float($0 * 13 % 7 - 3) / 8 }
        for isNumber in [true, false] {
            if !isNumber { reference[3] = .nan }
            var whole = Fidelity(), single = Fidelity()
            whole.add(reference: reference, measured: measured)
            for (r, m) in zip(reference, measured) { single.add(reference: Double(r), measured: Double(m)) }
            #expect(whole.count == single.count && whole.measured == single.measured)
            #expect(isNumber ? abs(whole.sqnr - single.sqnr) < 1e-9 : whole.sqnr.isNaN)
            #expect(isNumber ? abs(whole.cosine - single.cosine) < 1e-12 : whole.cosine.isNaN)
            #expect(isNumber ? whole.largestError == single.largestError : whole.largestError.isNaN)
        }
    }

    @Test("An output's SQNR goes over all samples, its cosine is taken sample by sample")
    func samples() {
        var comparison = OutputComparison(name: "y")
        comparison.add(reference: [1, 0], measured: [1, 0])
        comparison.add(reference: [100, 0], measured: [100, 100])
        let result = comparison.result
        #expect(abs(result.sqnr - 10 * log10(10001.0 / 10000)) < 1e-12)
        #expect(abs(result.cosineMin - 0.5.squareRoot()) < 1e-12)
        #expect(abs(result.cosineMean - (1 + 0.5.squareRoot()) / 2) < 1e-12)
        #expect(result.largestError == 100)
    }

    @Test("A value that is no number shows in every figure, whether it comes first or last")
    func notANumber() {
        for order in [[Float.nan, 1], [1, Float.nan]] {
            var comparison = OutputComparison(name: "y")
            for value in order { comparison.add(reference: [1], measured: [value]) }
            let result = comparison.result
            #expect(result.sqnr.isNaN && result.cosineMean.isNaN && result.cosineMin.isNaN)
            #expect(result.largestError.isNaN)
        }
    }
}
