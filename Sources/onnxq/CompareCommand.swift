import ArgumentParser
import OnnxQuant

/// `onnxq compare`: where the error comes from.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Find the layer that loses most.",
        discussion: """
            Compares, layer by layer, the inner values that both models have under the same name, and lists the worst \
            first. The error of a value is what has gathered on the way to it: look for the first node, in the order of \
            the network, where it jumps, and try convert --exclude on it.

            EXAMPLE
              onnxq compare net.onnx net_int8.onnx --data eval.npz --samples 16
            """)

    @Argument(help: ArgumentHelp("The float model.", valueName: "float"))
    var float: String

    @Argument(help: ArgumentHelp("The quantized model.", valueName: "quant"))
    var quantized: String

    @OptionGroup var samples: SampleOptions
    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        threads.apply()
        var request = ComparisonRequest(float: float, quantized: quantized, samples: samples.data)
        request.sampleLimit = samples.samples
        let report = try ProgressBar.during { try LayerComparer.run(request, progress: $0) }
        print(json ? try report.jsonText() : report.text)
    }
}
