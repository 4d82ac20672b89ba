import ArgumentParser
import OnnxQuant

/// `onnxq check`: the gate for a build.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Hold a quantized model against its float original.",
        usage: """
            onnxq check <float> <quant> --data <path> [--labels <file>] [--samples <n>]
                        [--min-sqnr <db>] [--min-cosine <c>] [--max-top1-drop <p>]
                        [--threads <n>] [--json]
            """,
        discussion: """
            Runs the float model, and the quantized one in two ways: literal, every node as the ONNX specification \
            words it; and integer, fused into integer kernels as runtimes do. Prints for both how close every output \
            comes: SQNR over all values, cosine of each sample, largest error; with labels also top-1 accuracy, read \
            from the first output.

            A limit counts for every output in both ways; the worst decides. If one is missed, the exit code is 1.

            EXAMPLE
              onnxq check net.onnx net_int8.onnx --data eval.npz --min-sqnr 25
            """)

    @Argument(help: ArgumentHelp("The float model.", valueName: "float"))
    var float: String

    @Argument(help: ArgumentHelp("The quantized model.", valueName: "quant"))
    var quantized: String

    @OptionGroup var samples: SampleOptions

    @Option(
        help: ArgumentHelp(
            "Labels, one integer for each sample: a .npy, or a .npz with one array or one called 'label'.",
            valueName: "file"))
    var labels: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("The least SQNR in dB.", valueName: "db"))
    var minSqnr: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The least cosine, as the mean over the samples.", valueName: "c"))
    var minCosine: Double?

    @Option(
        name: .customLong("max-top1-drop"), parsing: .unconditional,
        help: ArgumentHelp(
            "The most percentage points of top-1 accuracy that may be lost; needs labels.", valueName: "p"))
    var maxTop1Drop: Double?

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        threads.apply()
        var request = CheckRequest(float: float, quantized: quantized, samples: samples.data)
        request.sampleLimit = samples.samples
        request.labels = labels
        request.limits = Limits(leastSQNR: minSqnr, leastCosine: minCosine, mostTop1Drop: maxTop1Drop)
        let report = try ProgressBar.during { try Checker.run(request, progress: $0) }
        print(json ? try report.jsonText() : report.text)
        if !report.passed { throw OnnxQuant.ExitCode.toleranceMissed }
    }
}
