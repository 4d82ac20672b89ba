import Foundation
import Testing

/// The outside judge of messages: `Tests/Judge/same_message.py`, with the `onnx` package behind it.
enum MessageJudge {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let python: String? = {
        let path = ProcessInfo.processInfo.environment["ONNXQ_PYTHON"]
            ?? root.appending(path: ".venv/bin/python").path()
        if FileManager.default.isExecutableFile(atPath: path) { return path }
        print("SKIPPED: no Python at \(path) to judge messages; set ONNXQ_PYTHON")
        return nil
    }()

    /// Expects that the two files hold the same message.
    static func expectSame(
        _ original: String, _ written: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        guard let python else { return }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [root.appending(path: "Tests/Judge/same_message.py").path()]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("\(original)\t\(written)\n".utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, Comment(rawValue: text), sourceLocation: sourceLocation)
    }
}
