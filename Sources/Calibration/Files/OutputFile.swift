#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that appears under its name whole, when it is committed, or not at all.
final class OutputFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32

    /// Creates a hidden file beside `path`. Throws `OutputFault`.
    init(_ path: String) throws {
        self.path = path
        switch try? PathKind(path) {
        case .folder?: throw OutputFault.occupied(path, by: "a folder")
        case .other?: throw OutputFault.occupied(path, by: "something that is not a regular file")
        case .file?, nil: break
        }
        temporaryPath = hiddenSibling(of: path)
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw OutputFault.cannotWrite(path, errno: errno) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporaryPath)
    }

    /// Writes `bytes` from `offset` on. Throws `OutputFault`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let wrote = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if wrote < 0 {
                if errno == EINTR { continue }
                throw OutputFault.cannotWrite(path, errno: errno)
            }
            done += wrote
        }
    }

    func write(_ bytes: [UInt8], at offset: Int) throws {
        try bytes.withUnsafeBytes { try write($0, at: offset) }
    }

    /// Gives the file its name, replacing what had it. Throws `OutputFault`, and then leaves nothing behind.
    func commit() throws {
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else {
            let number = errno
            unlink(temporaryPath)
            throw OutputFault.cannotWrite(path, errno: number)
        }
    }
}

/// A hidden name in the folder of `path` that nothing has.
func hiddenSibling(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let folder = parts.dropLast().joined(separator: "/")
    let root = path.hasPrefix("/") ? "/" : ""
    let random = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    let name = ".\(parts.last ?? "").\(getpid())-\(random).tmp"
    return root + (folder.isEmpty ? name : "\(folder)/\(name)")
}
