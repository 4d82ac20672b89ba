import GraphIR
import Glibc

/// A file that appears under its name whole or not at all: it is written under another name in the same folder.
///
/// Throws `FormatFault.system`. Until `publish` the file is temporary, and vanishes with the object.
final class OutputFile {
    private static let bufferSize = 1 << 20
    let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var offset = 0
    private var isTemporary = true

    init(_ path: String) throws {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw FormatFault.notRegularFile }
        let (folder, name) = splitPath(path)
        temporaryPath = "\(folder)/.\(name.prefix(200)).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FormatFault.system(.create, code: errno) }
    }

    deinit {
        close(descriptor)
        if isTemporary { unlink(temporaryPath) }
    }

    /// Appends bytes; small ones are gathered first.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count > Self.bufferSize { try flush() }
        if bytes.count >= Self.bufferSize { try writeAll(bytes) } else { buffer += bytes }
        offset += bytes.count
    }

    /// Fills with zeros up to `offset`, in bytes from the file's start.
    func pad(to offset: Int) throws {
        let zeros = [UInt8](repeating: 0, count: max(0, offset - self.offset))
        try zeros.withUnsafeBytes(append)
    }

    /// Brings everything to the disk, so that `publish` has nothing left to do that could fail for want of space.
    func finish() throws {
        try flush()
        guard fsync(descriptor) == 0 else { throw FormatFault.system(.synchronize, code: errno) }
    }

    /// Gives the file its name. What had the name before is replaced.
    func publish() throws {
        guard rename(temporaryPath, path) == 0 else { throw FormatFault.system(.rename, code: errno) }
        isTemporary = false
    }

    private func flush() throws {
        try buffer.withUnsafeBytes(writeAll)
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = write(descriptor, rest.base.baseAddress! + rest.startIndex, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FormatFault.system(.write, code: count < 0 ? errno : EIO) }
            rest = rest.dropFirst(count)
        }
    }
}

/// The folder of a path, `.` where it names none, and what follows it.
func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
}
