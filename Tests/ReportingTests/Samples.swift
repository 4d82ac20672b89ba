import Reporting

/// Reports with something in every field.
enum Samples {
    static let float = ModelFile(path: "net.onnx", bytes: 318_000, opset: 11)
    static let quantized = ModelFile(path: "net_int8.onnx", bytes: 97_000, opset: 13)
    static let output = OutputFidelity(
        name: "logits", sqnr: 31.2, cosineMean: 0.99981, cosineMin: 0.9971, largestError: 0.0123)

    static func conversion(
        fidelity: [OutputFidelity] = [output], groups: Int = 2, notes: Int = 1, tolerances: [Tolerance] = [],
        released: [ConversionReport.Release.Operator] = []
    ) -> ConversionReport {
        ConversionReport(
            version: "0.1.0", input: float, output: quantized, method: "mse", samples: 100,
            operators: [
                "Conv": .init(quantized: 9), "Add": .init(quantized: 3, float: 1), "Softmax": .init(float: 1),
            ],
            floatReasons: (0..<groups).map { .init(reason: "reason \($0)", operators: ["Softmax": $0 + 1]) },
            multiplyAccumulates: .init(total: 12_500_000, integer: 12_490_000), fidelity: fidelity,
            tolerances: tolerances, release: release(released),
            stages: [.init("read", seconds: 0.01), .init("calibrate", seconds: 0.4)],
            seconds: 0.5, notes: (0..<notes).map { "note \($0)" })
    }

    private static func release(_ operators: [ConversionReport.Release.Operator]) -> ConversionReport.Release {
        var release = ConversionReport.Release(
            before: .init(sqnr: 28), after: .init(sqnr: 32), shareBefore: .init(total: 12_500_000, integer: 12_500_000))
        release.operators = operators
        return release
    }

    static func check(labels: Bool = true, tolerances: [Tolerance] = []) -> CheckReport {
        CheckReport(
            version: "0.1.0", float: float, quantized: quantized, samples: 200, top1Float: labels ? 85 : nil,
            modes: ["literal", "integer"].map {
                .init(
                    mode: $0, outputs: [output], top1Quantized: labels ? 84.5 : nil, agreement: labels ? 99 : nil)
            },
            tolerances: tolerances)
    }

    static let comparison = ComparisonReport(
        version: "0.1.0", float: float, quantized: quantized, samples: 3,
        layers: [
            .init(value: "a", node: 0, operatorType: "Conv", shape: [1, 8, 4, 4], sqnr: 40, largestError: 0.1),
            .init(value: "b", node: 1, operatorType: "Add", shape: [], sqnr: .infinity, largestError: 0),
            .init(value: "c", node: 2, operatorType: "Relu", shape: [2], sqnr: .nan, largestError: .nan),
            .init(value: "d", node: 3, operatorType: "Conv", shape: [1], sqnr: -3, largestError: 12_345_678,
                ownSQNR: 10, causes: [.init(.meanError, 90)]),
        ], unmatched: 2)

    static let bench = BenchReport(
        version: "0.1.0", model: quantized, mode: "integer",
        inputs: [.init(name: "x", type: "float", shape: ["1", "3", "8", "8"])], threads: 2,
        milliseconds: [4, 1, 3, 2, 5], multiplyAccumulates: .init(total: 3_000_000, integer: 3_000_000),
        peak: .init(float: 1, integer: 4),
        profile: Profile([
            .init(name: "a", operatorType: "Add", milliseconds: 0.5, multiplyAccumulates: 0, onIntegers: false),
            .init(
                name: "c", operatorType: "QLinearConv", milliseconds: 1.5, multiplyAccumulates: 3_000_000,
                onIntegers: true),
            .init(name: "b", operatorType: "Add", milliseconds: 0.5, multiplyAccumulates: 0, onIntegers: false),
        ]))

    static let inspection = InspectionReport(
        version: "0.1.0", model: quantized, irVersion: 8, producer: "maker 1", opsets: ["ai.onnx": 13, "ai.onnx.ml": 2],
        inputs: [.init(name: "x", type: "float", shape: ["N", "3"])],
        outputs: [.init(name: "y", type: "int64", shape: nil)],
        operators: ["Conv": 2, "NonZero": 1], unsupported: ["NonZero": "is not known here"], parameters: 1234,
        parameterBytes: 4936, multiplyAccumulates: .init(total: 0, integer: 0),
        quantization: .init(
            quantizeNodes: 2, dequantizeNodes: 4, constants: ["int8": 1, "int32": 1], perChannelConstants: 2,
            activations: ["uint8": 2]),
        validity: .init(.unchecked, message: "opset 99 is newer"))
}
