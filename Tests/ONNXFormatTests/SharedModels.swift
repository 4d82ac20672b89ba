import Foundation

/// The models of real projects that lie beside the repository, where they do.
enum SharedModels {
    static let folder: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["ONNXQ_SHARED"]
        return (shared.map { URL(filePath: $0) } ?? root.appending(path: "../shared")).appending(path: "models").path()
    }()

    /// Paths, sorted; empty, and said so aloud, where the folder is missing.
    static let paths: [String] = {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            print("SKIPPED: no models in \(folder); set ONNXQ_SHARED to the folder that holds them")
            return []
        }
        return names.filter { $0.hasSuffix(".onnx") }.sorted().map { folder + "/" + $0 }
    }()
}

/// A new folder that is removed with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/onnxq-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

func contents(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
