import GraphIR
import Glibc

/// A file that appears under its name whole or not at all: it is written under another name in the same folder.
///
/// Its bytes are appended, or each written at an offset; not both. Throws `FileFault`. An object that goes before
/// `publish` or `keep` leaves everything as it was.
public final class OutputFile {
    private enum State {
        case temporary
        /// The file has its name; `replaced` is where the file that had it before waits.
        case placed(replaced: String?)
        case kept
    }

    private static let bufferSize = 1 << 20
    public let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var offset = 0
    private var state = State.temporary

    /// Creates the file, hidden, in the folder of `path`, where nothing but a regular file may have that name.
    public init(_ path: String) throws {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw FileFault(path: path, fault: .notRegularFile(.create))
        }
        let (folder, name) = splitPath(path)
        temporaryPath = "\(folder)/.\(name.prefix(200)).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileFault(path: path, fault: .system(.create, code: errno)) }
    }

    deinit {
        close(descriptor)
        switch state {
        case .temporary: unlink(temporaryPath)
        case .placed(nil): unlink(path)
        case .placed(let replaced?): rename(replaced, path)
        case .kept: break
        }
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

    /// Brings everything to the disk, so that giving the file its name cannot fail for want of space.
    public func finish() throws {
        try flush()
        guard fsync(descriptor) == 0 else { throw fault(.synchronize, errno) }
    }

    /// Gives the file its name for good, in one step. What had the name before is gone.
    public func publish() throws {
        guard rename(temporaryPath, path) == 0 else { throw fault(.rename, errno) }
        state = .kept
    }

    /// Gives the file its name until the object goes, or for good if `keep` comes first. What had the name waits.
    func place() throws {
        let waiting = temporaryPath + "~"
        let replaces = rename(path, waiting) == 0
        guard replaces || errno == ENOENT, rename(temporaryPath, path) == 0 else {
            let code = errno
            if replaces { rename(waiting, path) }
            throw fault(.rename, code)
        }
        state = .placed(replaced: replaces ? waiting : nil)
    }

    func keep() {
        if case .placed(let replaced?) = state { unlink(replaced) }
        state = .kept
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
