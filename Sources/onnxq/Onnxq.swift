import ArgumentParser
import OnnxQuant

@main
struct Onnxq: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnxq",
        abstract: "Quantizes ONNX models to 8 bits and proves what they compute.",
        version: "0.1.0")
}
