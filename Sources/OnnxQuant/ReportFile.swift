internal import ONNXFormat

/// Writes reports to files.
enum ReportFile {
    /// The file appears whole or not at all. Throws what `OutputFile` throws.
    static func write(_ text: String, to path: String) throws {
        let file = try OutputFile(path)
        let bytes = Array(text.utf8)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        try file.finish()
        try file.publish()
    }
}
