import Testing

@testable import Reporting

@Suite("Limits of a check")
struct LimitsTests {
    private func mode(
        _ name: String, sqnr: [Double], cosine: Double = 1, top1: Double? = nil
    ) -> CheckReport.ModeResult {
        .init(
            mode: name,
            outputs: sqnr.enumerated().map {
                .init(name: "out\($0)", sqnr: $1, cosineMean: cosine, cosineMin: -1, largestError: 0)
            }, top1Quantized: top1)
    }

    @Test("The worst output of the worst mode counts, and is named")
    func worst() throws {
        let modes = [mode("literal", sqnr: [40, 30]), mode("integer", sqnr: [35, 20])]
        let missed = try #require(Limits(leastSQNR: 25).tolerances(modes: modes, top1Float: nil).first)
        #expect(missed == Tolerance("min-sqnr", atLeast: 25, value: 20, at: "integer mode, output 'out1'"))
        #expect(!missed.passed)
        #expect(Limits(leastSQNR: 20).tolerances(modes: modes, top1Float: nil).map(\.passed) == [true])
    }

    @Test("The mean cosine is held to its limit")
    func cosine() {
        let modes = [mode("literal", sqnr: [40], cosine: 0.99), mode("integer", sqnr: [40], cosine: 0.98)]
        #expect(Limits(leastCosine: 0.98).tolerances(modes: modes, top1Float: nil).map(\.passed) == [true])
        #expect(Limits(leastCosine: 0.985).tolerances(modes: modes, top1Float: nil).map(\.passed) == [false])
    }

    @Test("The loss of accuracy is counted in percentage points; a gain is no loss")
    func accuracy() throws {
        let modes = [mode("literal", sqnr: [40], top1: 91), mode("integer", sqnr: [40], top1: 88.5)]
        let tolerances = Limits(mostTop1Drop: 1).tolerances(modes: modes, top1Float: 90)
        #expect(tolerances == [Tolerance("max-top1-drop", atMost: 1, value: 1.5, at: "integer mode")])
        #expect(Limits(mostTop1Drop: 0).tolerances(modes: modes, top1Float: 88.5).map(\.passed) == [true])
    }

    @Test("An output that is no number misses every limit, wherever it stands")
    func notANumber() {
        for sqnr in [[Double.nan, 50], [50, Double.nan]] {
            let modes = [mode("literal", sqnr: sqnr), mode("integer", sqnr: [50, 50])]
            #expect(Limits(leastSQNR: -100).tolerances(modes: modes, top1Float: nil).map(\.passed) == [false])
        }
    }

    @Test("Without limits nothing is held to any")
    func none() {
        #expect(Limits().tolerances(modes: [mode("literal", sqnr: [.nan])], top1Float: 1).isEmpty)
    }
}
