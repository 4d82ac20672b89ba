import ArgumentParser
import OnnxQuant

/// `onnxq compare`: where the error comes from.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Find the layer that loses most.",
        discussion: """
            Compares, layer by layer, the inner values that both models have under the same name: with the error that has \
            gathered on the way to each, and with the layer's own error, quantized alone and fed the float model's values. \
            Lists the largest own error first, and says what stands out in those layers and what usually helps.

            EXAMPLE
              onnxq compare net.onnx net_int8.onnx --data eval.npz --samples 16
            """)

    @Argument(help: ArgumentHelp("The float model.", valueName: "float"))
    var float: String

    @Argument(help: ArgumentHelp("The quantized model.", valueName: "quant"))
    var quantized: String

    @OptionGroup var samples: SampleOptions
    @OptionGroup var threads: ThreadsOption

    @Option(
        help: ArgumentHelp(
            "own: the largest own error first; gathered: the largest error gathered first; graph: as in the network.",
            valueName: "order"))
    var order: ComparisonReport.Order = .own

    @Option(
        help: ArgumentHelp(
            "Also write the report to this file: HTML where it ends in .html, else JSON.", valueName: "file"))
    var report: String?

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        threads.apply()
        var request = ComparisonRequest(float: float, quantized: quantized, samples: samples.data)
        request.sampleLimit = samples.samples
        request.order = order
        request.report = report
        let result = try ProgressBar.during { try LayerComparer.run(request, progress: $0) }
        print(json ? try result.jsonText() : result.text)
    }
}
