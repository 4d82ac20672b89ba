import Testing

@testable import Reporting

@Suite("Reports as text")
struct TextTests {
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("A conversion's text names what was quantized, what stayed float and why, sizes, closeness and time")
    func conversion() {
        let tolerance = Tolerance("min-sqnr", atLeast: 25, value: 31.2, at: "output 'logits'")
        #expect(Samples.conversion(tolerances: [tolerance]).text == """
            net.onnx (opset 11) -> net_int8.onnx (opset 13)

            Quantized    Conv 9, Add 3
            Left float   Softmax 2: reason 1
                         Softmax 1: reason 0
            On integers  99.9 % of 12.5 M multiply-accumulates a run
            Size         310.5 KiB -> 94.7 KiB, 3.28 times smaller
            Integer run  logits: SQNR 31.20 dB, cosine 0.999810 (least 0.997100), largest error 0.0123
            Tolerance    min-sqnr 25: 31.200 (output 'logits'), kept
            Time         0.50 s for 100 samples (mse): read 0.01, calibrate 0.40
            Notes        note 0
            """)
    }

    @Test("However much there is to tell, a conversion's text stays short, and says how much it leaves out")
    func conversionIsShort() {
        let outputs = (0..<40).map {
            OutputFidelity(
                name: "out\($0)", sqnr: Double(60 - $0), cosineMean: 1, cosineMin: 1, largestError: 1e-9)
        }
        let text = Samples.conversion(fidelity: outputs, groups: 30, notes: 50).text
        #expect(lines(text).count <= 18)
        #expect(text.contains("out39: SQNR 21.00 dB"))
        #expect(text.contains("37 more outputs, each closer"))
        #expect(text.contains("351 more for 26 other reasons"))
        #expect(text.contains("48 more notes"))
    }

    @Test("A check's text has a row for each mode, and columns for labels only where there are labels")
    func check() {
        let missed = Tolerance("max-top1-drop", atMost: 0.25, value: 0.5, at: "integer")
        #expect(Samples.check(tolerances: [missed]).text == """
            net_int8.onnx against net.onnx, 200 samples

            Mode     Output  SQNR dB    Cosine     Least  Largest error  Top-1 %  Agree %
            literal  logits    31.20  0.999810  0.997100         0.0123    84.50    99.00
            integer  logits    31.20  0.999810  0.997100         0.0123    84.50    99.00

            Top-1 of the float model: 85.00 %

            max-top1-drop 0.25: 0.50000 (integer), MISSED by 0.250
            """)
        #expect(!Samples.check(labels: false).text.contains("Top-1"))
    }

    @Test("A comparison lists the worst value first and those that are no numbers before all")
    func comparison() {
        #expect(Samples.comparison.layers.map(\.value) == ["c", "d", "a", "b"])
        #expect(Samples.comparison.text == """
            net_int8.onnx against net.onnx, 3 samples

            SQNR dB  Own dB  Largest error  Node  Operator  Shape    Value
                nan                    nan     2  Relu      2        c
              -3.00   10.00       1.23e+07     3  Conv      1        d
              40.00                  0.100     0  Conv      1x8x4x4  a
                inf                      0     1  Add       scalar   b

            SQNR: with the error gathered on the way. Own: the layer alone quantized, fed the float model's values.

            What stands out, and what usually helps:
              Conv d
                90 % of the error is a shift of the channels' means: bias correction: --effort balanced, or more samples

            2 values of the float model not in the quantized one: folded or fused.
            """)
    }

    @Test("A bench report gives median, least and spread of the runs, and operations a second")
    func bench() {
        #expect(Samples.bench.medianMilliseconds == 3)
        #expect(Samples.bench.leastMilliseconds == 1)
        #expect(Samples.bench.spreadMilliseconds == 2)
        #expect(Samples.bench.gigaOperationsPerSecond == 2)
        #expect(Samples.bench.text.contains("2.00 GOP/s, 3.0 M multiply-accumulates a run, 100.0 % on integers"))
        #expect(Samples.bench.shareOfPeak == 0.5)
        #expect(Samples.bench.text.contains("50.0 % of what a single large convolution reaches here"))
    }

    @Test("A profile lists operators and steps, slowest first, with their shares of the time")
    func profile() throws {
        let profile = try #require(Samples.bench.profile)
        #expect(profile.operators.map(\.operatorType) == ["QLinearConv", "Add"])
        #expect(profile.operators.map(\.steps) == [1, 2])
        #expect(profile.operators.map(\.share) == [0.6, 0.4])
        #expect(profile.steps.map(\.name) == ["c", "a", "b"])
        #expect(profile.steps.map(\.share) == [0.6, 0.2, 0.2])
        let lines = Samples.bench.text.split(separator: "\n").map(String.init)
        #expect(lines.contains("QLinearConv      1  1.500 ms  60.0 %  4.0 GOP/s"))
    }

    @Test("An inspection names opsets, types, grids, what cannot run and what was not checked")
    func inspection() {
        let text = Samples.inspection.text
        for words in [
            "ai.onnx 13, ai.onnx.ml 2", "x: float Nx3", "y: int64", "3 nodes: Conv 2, NonZero 1", "1.2 k in 4.8 KiB",
            "constants: int32 1, int8 1, 2 of them per channel", "NonZero: is not known here",
            "not checked: opset 99 is newer",
        ] {
            #expect(text.contains(words))
        }
    }

    @Test("No name from a file can steer the terminal")
    func controlCharacters() {
        let name = "evil\u{1B}[2J\u{202E}\n"
        let output = OutputFidelity(name: name, sqnr: 1, cosineMean: 1, cosineMin: 1, largestError: 1)
        let tolerance = Tolerance("min-sqnr", atLeast: 25, value: 31, at: name)
        var check = Samples.check(tolerances: [tolerance])
        check.modes[0].outputs = [output]
        let text = Samples.conversion(fidelity: [output], tolerances: [tolerance]).text + check.text
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        #expect(text.contains("evil\u{FFFD}[2J\u{FFFD} "))
    }

    @Test(
        "Numbers are short and lose nothing that matters",
        arguments: [
            (NumberText.fixed(-0.001, 2), "0.00"), (NumberText.fixed(1e300, 2), "1e+300"),
            (NumberText.fixed(2.5, 0), "3"), (NumberText.fixed(0.05, 3), "0.050"), (NumberText.significant(0), "0"),
            (NumberText.significant(123_456), "123456"), (NumberText.significant(1.25e-9, 3), "1.25e-09"),
            (NumberText.significant(-4.5), "-4.50"), (NumberText.cosine(0.99999999), "0.999999"),
            (NumberText.cosine(1), "1.000000"), (NumberText.bytes(0), "0 B"), (NumberText.bytes(1024), "1.0 KiB"),
            (NumberText.bytes(Int.max), "8388608.0 TiB"), (NumberText.count(999), "999"),
            (NumberText.count(22_700_000), "22.7 M"), (NumberText.seconds(64), "1 min 04 s"),
            (NumberText.amount(1, "sample"), "1 sample"), (NumberText.amount(0, "sample"), "0 samples"),
        ])
    func numbers(got: String, expected: String) {
        #expect(got == expected)
    }
}
