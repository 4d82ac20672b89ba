#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the program says beside its results.
enum Terminal {
    /// One line on stderr.
    static func error(_ message: String) { write("onnxq: error: \(message.singleLine)\n") }

    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Text on stderr as it is.
    static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

extension String {
    /// The text with line breaks and control characters, which names in a file may hold, made visible.
    fileprivate var singleLine: String {
        unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\n", "\r", "\t": result += " "
            default: result += scalar.value < 32 || scalar.value == 127 ? "?" : String(scalar)
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
