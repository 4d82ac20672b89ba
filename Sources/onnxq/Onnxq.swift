import ArgumentParser
import OnnxQuant

@main
struct Onnxq: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onnxq",
        abstract: "Quantizes ONNX models to 8 bits and proves what they compute.",
        discussion: Manual.overview,
        version: onnxqVersion,
        subcommands: [
            ConvertCommand.self, CheckCommand.self, CompareCommand.self, RunCommand.self, BenchCommand.self,
            InspectCommand.self,
        ])

    static func main() {
        Signals.prepare()
        ProcessMemory.giveBackLargeBlocks()
        ProcessMemory.useLargePages()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as OnnxQuant.ExitCode {
            exit(withError: ArgumentParser.ExitCode(code.rawValue))
        } catch where exitCode(for: error) != .failure {
            // A request for help, or a wrong call.
            exit(withError: error)
        } catch {
            let fault = describe(error)
            Terminal.error(fault.message)
            exit(withError: ArgumentParser.ExitCode(fault.exitCode.rawValue))
        }
    }
}
