import ArgumentParser
import OnnxQuant

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a model on samples and write what it gives.",
        discussion: """
            Samples come from a .npz (one array for each model input, leading sample axis), a .npy, a folder of those, \
            or a folder in the ONNX layout (test_data_set_*/input_*.pb). Every sample runs.

            An output path that ends in .npz gets one array for each model output, with a leading sample axis. Any \
            other is a folder, and gets output_<i>.pb, in test_data_set_<n>/ where there are several samples.

            EXAMPLES:
              onnxq run model.onnx --input data.npz --output out.npz
              onnxq run quantized.onnx --input test_data_set_0 --output out --mode integer
            """)

    @Argument(help: "The ONNX model.")
    var model: String

    @Option(help: ArgumentHelp("The samples.", valueName: "path"))
    var input: String

    @Option(help: ArgumentHelp("A .npz file or a folder; it appears whole or not at all.", valueName: "path"))
    var output: String

    @Option(help: "literal: every node as ONNX words it. integer: quantized islands in integer arithmetic.")
    var mode = ExecutionMode.literal

    @OptionGroup var threads: ThreadsOption

    func validate() throws {
        if output.hasSuffix(".npy") {
            throw ValidationError("--output is a .npz file or a folder; a model may have several outputs")
        }
    }

    func run() throws {
        threads.apply()
        _ = try ProgressBar.during {
            try ModelRun.run(model: model, samples: input, output: output, mode: mode, progress: $0)
        }
    }
}
