import ArgumentParser
import OnnxQuant

/// `--threads`, the same in every command that computes.
struct ThreadsOption: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to compute with (default: one for each processor).", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    }

    /// Tells the kernels; to be called before a model is prepared.
    func apply() { Threads.use(threads) }
}
