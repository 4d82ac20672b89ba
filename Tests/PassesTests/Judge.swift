import Foundation
import Testing

/// The outside judge: a Python with onnx and ONNX Runtime, and the scripts of `Tests/Judge`.
struct Judge {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of models that nobody here wrote; `nil` where it is absent.
    static let sharedModels: URL? = {
        let shared = ProcessInfo.processInfo.environment["ONNXQ_SHARED"].map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared")
        let models = shared.appending(path: "models")
        return FileManager.default.fileExists(atPath: models.path()) ? models : nil
    }()

    /// The models that come with the project.
    static let bundledModels = root.appending(path: "Models")

    private static let python: URL? = {
        let path = ProcessInfo.processInfo.environment["ONNXQ_PYTHON"].map { URL(filePath: $0) }
            ?? root.appending(path: ".venv/bin/python")
        return FileManager.default.isExecutableFile(atPath: path.path()) ? path : nil
    }()

    static var isThere: Bool { python != nil }

    /// Runs a script of `Tests/Judge` and returns its exit code and everything it printed.
    static func run(_ script: String, _ arguments: [String], input: String = "") throws -> (code: Int32, text: String) {
        let interpreter: URL = try #require(python)
        let process = Process()
        process.executableURL = interpreter
        process.arguments = [root.appending(path: "Tests/Judge/\(script)").path()] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let text = String(decoding: try stdout.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    /// Expects that each rewritten model is valid, loads in ONNX Runtime and gives what its original gives.
    static func expectSameOutputs(
        _ pairs: [(original: URL, rewritten: URL)], tolerance: Double, seed: Int = 3,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let lines = pairs.map { "\($0.original.path())\t\($0.rewritten.path())\n" }.joined()
        let verdict = try run("same_outputs.py", ["\(tolerance)", "\(seed)"], input: lines)
        #expect(verdict.code == 0, Comment(rawValue: verdict.text), sourceLocation: sourceLocation)
    }

    /// Calls `body` with a new folder that is removed afterwards.
    static func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "onnxq-passes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// The `.onnx` files directly in a folder or one below, by name.
    static func models(in folder: URL) throws -> [URL] {
        let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (enumerator?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "onnx" }
            .sorted { $0.path() < $1.path() }
    }
}
