import ArgumentParser
import OnnxQuant

/// `onnxq inspect`: what a file holds.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Look into a model.",
        discussion: """
            Prints operator sets, inputs and outputs, operators, parameters and multiply-accumulates, how the model \
            is quantized, which of its operators onnxq cannot run, and whether the ONNX project's own checker accepts \
            it. A free dimension counts as 1.

            EXAMPLE
              onnxq inspect net_int8.onnx
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "model"))
    var model: String

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        let report = try Inspector.run(model)
        print(json ? try report.jsonText() : report.text)
    }
}
