import GraphIR
import Glibc

/// A file that appears under its name whole or not at all: it is written under another name in the same folder.
///
/// Its bytes are appended, or each written at an offset; not both. Throws `FileFault`. Until `publish` the file is
/// temporary, and vanishes with the object.
public final class OutputFile {
    private static let bufferSize = 1 << 20
    public let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var offset = 0
    private var isTemporary = true

    /// Creates the file, hidden, in the folder of `path`, where nothing but a regular file may have that name.
    public init(_ path: String) throws {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw FileFault(path: path, fault: .notRegularFile) }
        let (folder, name) = splitPath(path)
        temporaryPath = "\(folder)/.\(name.prefix(200)).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileFault(path: path, fault: .system(.create, code: errno)) }
    }

    deinit {
        close(descriptor)
        if isTemporary { unlink(temporaryPath) }
    }

    /// Appends bytes; small ones are gathered first.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count > Self.bufferSize { try flush() }
        if bytes.count >= Self.bufferSize { try writeNext(bytes) } else { buffer += bytes }
        offset += bytes.count
    }

    /// Writes bytes from `offset` on, counted from the file's start.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        try writeAll(bytes) { rest, done in pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done)) }
    }

    /// Fills with zeros up to `offset`, in bytes from the file's start.
    func pad(to offset: Int) throws {
        let zeros = [UInt8](repeating: 0, count: max(0, offset - self.offset))
        try zeros.withUnsafeBytes(append)
    }

    /// Brings everything to the disk, so that `publish` has nothing left to do that could fail for want of space.
    public func finish() throws {
        try flush()
        guard fsync(descriptor) == 0 else { throw fault(.synchronize, errno) }
    }

    /// Gives the file its name. What had the name before is replaced.
    public func publish() throws {
        guard rename(temporaryPath, path) == 0 else { throw fault(.rename, errno) }
        isTemporary = false
    }

    private func flush() throws {
        try buffer.withUnsafeBytes(writeNext)
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeNext(_ bytes: UnsafeRawBufferPointer) throws {
        try writeAll(bytes) { rest, _ in Glibc.write(descriptor, rest.baseAddress, rest.count) }
    }

    /// Calls `put` with what is left, and with how many bytes are done, until all are.
    private func writeAll(_ bytes: UnsafeRawBufferPointer, put: (UnsafeRawBufferPointer, Int) -> Int) throws {
        var done = 0
        while done < bytes.count {
            let count = put(UnsafeRawBufferPointer(rebasing: bytes[done...]), done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault(.write, count < 0 ? errno : EIO) }
            done += count
        }
    }

    private func fault(_ operation: FileOperation, _ code: Int32) -> FileFault {
        FileFault(path: path, fault: .system(operation, code: code))
    }
}

/// The folder of a path, `.` where it names none, and what follows it.
func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
}
