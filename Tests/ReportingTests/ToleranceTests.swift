import Testing

@testable import Reporting

@Suite("Tolerances")
struct ToleranceTests {
    @Test("A limit is kept where the value is just at it")
    func bounds() {
        #expect(Tolerance("min-sqnr", atLeast: 25, value: 25, at: "y").passed)
        #expect(!Tolerance("min-sqnr", atLeast: 25, value: 24.999, at: "y").passed)
        #expect(Tolerance("max-top1-drop", atMost: 1, value: 1, at: "y").passed)
        #expect(!Tolerance("max-top1-drop", atMost: 1, value: 1.001, at: "y").passed)
    }

    @Test("A value that is no number misses every limit; an infinite SQNR keeps every one")
    func extremes() {
        #expect(!Tolerance("min-sqnr", atLeast: -1e9, value: .nan, at: "y").passed)
        #expect(!Tolerance("max-top1-drop", atMost: 1e9, value: .nan, at: "y").passed)
        #expect(Tolerance("min-sqnr", atLeast: 1e9, value: .infinity, at: "y").passed)
    }

    @Test("The text says what was missed, where, and by how much")
    func words() {
        let missed = Tolerance("min-sqnr", atLeast: 25, value: 22.5, at: "integer, output 'y'")
        #expect(missed.text == "min-sqnr 25: 22.500 (integer, output 'y'), MISSED by 2.50")
        let kept = Tolerance("min-cosine", atLeast: 0.99, value: 0.999, at: "literal, output 'y'")
        #expect(kept.text == "min-cosine 0.99: 0.99900 (literal, output 'y'), kept")
    }
}
