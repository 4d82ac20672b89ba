import ArgumentParser
import OnnxQuant

/// `onnxq bench`: how long a run takes.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Time a model.",
        usage: """
            onnxq bench <model> [--shape <name=1x3x224x224>] ... [--mode <mode>] [--runs <n>]
                        [--threads <n>] [--profile] [--json]
            """,
        discussion: """
            Runs the model on made-up inputs, the same every time, and prints the median, the least and the spread \
            of the wall-clock time of one run, and how near it comes to the peak of the processor, which is \
            what a single large convolution reaches. A dimension that the model leaves free is 1 unless --shape says \
            otherwise.

            EXAMPLE
              onnxq bench net_int8.onnx --threads 1 --shape input=8x3x224x224
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("Runs to time (default: as many as fit into a second, at least 10).", valueName: "n"))
    var runs: Int?

    @Option(
        name: .customLong("shape"),
        help: ArgumentHelp("The shape of an input; may be given for several.", valueName: "name=1x3x224x224"))
    var shapes: [InputShape] = []

    @Option(help: ArgumentHelp("How quantized parts run: integer or literal.", valueName: "mode"))
    var mode = ExecutionMode.integer

    @OptionGroup var threads: ThreadsOption

    @Flag(help: "Time every step on its own, too, and list operators and steps, slowest first.")
    var profile = false

    @Flag(help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        if let runs, runs < 1 { throw ValidationError("--runs must be at least 1") }
        let names = shapes.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("--shape gives '\(twice)' twice")
        }
    }

    func run() throws {
        var request = BenchRequest(model: model)
        request.mode = mode
        request.threads = threads.threads
        request.runs = runs
        request.profile = profile
        request.extents = Dictionary(shapes.map { ($0.name, $0.extents) }) { first, _ in first }
        let report = try ProgressBar.during { try Bench.run(request, progress: $0) }
        print(json ? try report.jsonText() : report.text)
    }
}

/// `NAME=1x3x224x224`; `NAME=` is a scalar.
struct InputShape: ExpressibleByArgument {
    let name: String
    let extents: [Int]

    init?(argument: String) {
        guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex else { return nil }
        name = String(argument[..<equals])
        let parts = argument[argument.index(after: equals)...].split(separator: "x")
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        extents = numbers
    }
}
