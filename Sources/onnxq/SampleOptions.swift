import ArgumentParser

/// Where samples come from and how many are used, the same in every command that compares two models.
struct SampleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Samples to run both models on; see 'Samples' in onnxq --help.", valueName: "path"))
    var data: String

    @Option(help: ArgumentHelp("The most samples to use (default: all).", valueName: "n"))
    var samples: Int?

    func validate() throws {
        if let samples, samples < 1 { throw ValidationError("--samples must be at least 1") }
    }
}
