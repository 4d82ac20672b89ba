import ArgumentParser
import OnnxQuant

struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Turn a float model into a quantized one.",
        usage: """
            onnxq convert <in> <out> --calib <path> [--samples <n>] [--method <method>]
                          [--effort <effort>] [--only <methods>] [--without <methods>]
                          [--weights <type>] [--target <name>] [--exclude <regex>]
                          [--threads <n>]
                          [--min-sqnr <dB>] [--max-top1-drop <p>] [--labels <file>]
                          [--report <file>] [--json]
            """,
        discussion: """
            Reads IN, runs it over the calibration samples to learn the range of every activation, and writes OUT: the same \
            model with 8-bit weights and activations between QuantizeLinear and DequantizeLinear nodes, which runtimes fuse \
            into integer kernels. Then runs OUT in integers beside IN and reports how close the two come.

            With --min-sqnr or --max-top1-drop, operators stay in float until the limit is kept, or have activations of 16 \
            bits where the target knows them: those whose release gains most for their work, measured on the samples. If a \
            limit is missed even so, the exit code is 1 and nothing is written.

            Targets:
            \(Target.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

            Example:
              onnxq convert model.onnx model.int8.onnx --calib samples.npz
            """)

    @Argument(help: ArgumentHelp("The float model.", valueName: "in"))
    var input: String

    @Argument(help: ArgumentHelp("The quantized model to write. It appears whole or not at all.", valueName: "out"))
    var output: String

    @Option(name: .customLong("calib"), help: ArgumentHelp("Samples to calibrate on; see 'Samples' in onnxq --help.", valueName: "path"))
    var calibration: String

    @Option(help: ArgumentHelp("Use at most this many samples.", valueName: "n"))
    var samples: Int?

    @Option(
        help: ArgumentHelp(
            "How ranges are chosen: minmax, percentile, entropy or mse; by itself mse, or minmax where samples left out favour it.",
            valueName: "method"))
    var method: RangeMethod?

    @Option(
        help: ArgumentHelp(
            "fast: ranges and placement only; balanced: weights and biases chosen on the samples, too; best: more ways tried.",
            valueName: "effort"))
    var effort: Effort = .balanced

    @Option(help: ArgumentHelp("Use these accuracy methods only; comma-separated, or none.", valueName: "methods"))
    var only: String?

    @Option(help: ArgumentHelp("Do without these accuracy methods; comma-separated.", valueName: "methods"))
    var without: String?

    @Option(help: ArgumentHelp("What the runtime wants: \(Target.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
    var target = Target.all[0].name

    @Option(
        help: ArgumentHelp(
            "int8, or int4: 4-bit weights where the outputs bear it, at operator set 21.", valueName: "type"))
    var weights: WeightWidth = .int8

    @OptionGroup var threads: ThreadsOption

    @Option(help: ArgumentHelp("Leave nodes float whose name or operator type this expression finds.", valueName: "regex"))
    var exclude: String?

    @Option(help: ArgumentHelp("Also write the report to this file, as JSON.", valueName: "file"))
    var report: String?

    @Flag(help: "Print the report as JSON.")
    var json = false

    @Option(
        name: .customLong("min-sqnr"), parsing: .unconditional,
        help: ArgumentHelp(
            "The least SQNR: as few multiply-accumulates leave 8 bits as that takes; exit 1, writing nothing, below it.",
            valueName: "dB"))
    var leastSQNR: Double?

    @Option(
        name: .customLong("max-top1-drop"), parsing: .unconditional,
        help: ArgumentHelp(
            "In the same way, the most percentage points of top-1 accuracy that may be lost.", valueName: "p"))
    var mostTop1Drop: Double?

    @Option(
        help: ArgumentHelp(
            "Labels, one integer for each sample, where the samples have no array 'label': a .npy or .npz.",
            valueName: "file"))
    var labels: String?

    /// The methods asked for by name; `nil` for those of the effort.
    private func methods() throws -> Set<AccuracyMethod>? {
        guard only != nil || without != nil else { return nil }
        let base = try only.map(named) ?? effort.methods
        return base.subtracting(try without.map(named) ?? [])
    }

    private func named(_ list: String) throws -> Set<AccuracyMethod> {
        Set(try list.split(separator: ",").filter { $0 != "none" }.map { name in
            guard let method = AccuracyMethod(rawValue: String(name)) else {
                let known = AccuracyMethod.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("no method '\(name)'; there are \(known)")
            }
            return method
        })
    }

    func validate() throws {
        _ = try methods()
        if let leastSQNR, leastSQNR.isNaN { throw ValidationError("--min-sqnr must be a number") }
        if let mostTop1Drop, mostTop1Drop.isNaN { throw ValidationError("--max-top1-drop must be a number") }
        if let samples, samples < 1 { throw ValidationError("--samples must be at least 1") }
        guard Target.named(target) != nil else {
            throw ValidationError("no target '\(target)'; there are \(Target.all.map(\.name).joined(separator: ", "))")
        }
    }
}


extension ConvertCommand {
    func run() throws {
        threads.apply()
        var request = ConversionRequest(input: input, output: output, samples: calibration)
        request.sampleLimit = samples
        request.method = method
        request.effort = effort
        request.weights = weights
        request.methods = try methods()
        request.target = Target.named(target) ?? Target.all[0]
        request.exclude = exclude
        request.leastSQNR = leastSQNR
        request.mostTop1Drop = mostTop1Drop
        request.labels = labels
        request.report = report
        let result = try ProgressBar.during { try Converter.convert(request, progress: $0) }
        print(json ? try result.jsonText() : result.text)
        if !result.passed { throw OnnxQuant.ExitCode.toleranceMissed }
    }
}
