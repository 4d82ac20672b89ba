internal import Calibration
internal import ONNXFormat
#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A folder of outputs that appears under its name whole, when it is published, or not at all.
///
/// It takes the place of an empty folder, or of one that holds nothing but outputs of an earlier run.
final class OutputFolder {
    let temporaryPath: String
    private let path: String

    /// Makes a hidden folder beside `path`. Throws `FileFault`, or `OutputFault` where something else is in the way.
    init(_ path: String) throws {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.path = String(trimmed)
        let slash = trimmed.lastIndex(of: "/")
        let parent = slash.map { trimmed[...$0] } ?? ""
        let name = slash.map { trimmed[trimmed.index(after: $0)...] } ?? trimmed
        temporaryPath = "\(parent).\(name.prefix(200)).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        try Self.checkReplaceable(self.path)
        guard mkdir(temporaryPath, 0o777) == 0 else {
            throw FileFault(path: self.path, fault: .system(.create, code: errno))
        }
    }

    deinit { removeTree(temporaryPath) }

    /// Makes a folder inside and returns its path.
    func makeFolder(_ name: String) throws -> String {
        let inner = "\(temporaryPath)/\(name)"
        guard mkdir(inner, 0o777) == 0 else { throw FileFault(path: path, fault: .system(.create, code: errno)) }
        return inner
    }

    /// Gives the folder its name. Throws `FileFault`, and then leaves what was there.
    func publish() throws {
        if rename(temporaryPath, path) == 0 { return }
        try Self.checkReplaceable(path)
        let aside = temporaryPath + ".old"
        guard rename(path, aside) == 0 else { throw FileFault(path: path, fault: .system(.rename, code: errno)) }
        guard rename(temporaryPath, path) == 0 else {
            let code = errno
            rename(aside, path)
            throw FileFault(path: path, fault: .system(.rename, code: code))
        }
        removeTree(aside)
    }

    /// Throws where `path` is there and holds anything that no run has written.
    private static func checkReplaceable(_ path: String) throws {
        guard let kind = fileKind(at: path) else { return }
        guard kind == S_IFDIR else { throw OutputFault.notAFolder(path) }
        for name in names(in: path) {
            let inner = "\(path)/\(name)"
            let isOutput =
                fileKind(at: inner) == S_IFDIR
                ? name.hasPrefix("test_data_set_") && names(in: inner).allSatisfy(isOutputFile) : isOutputFile(name)
            guard isOutput else { throw OutputFault.folderInUse(path, holds: name) }
        }
    }

    private static func isOutputFile(_ name: String) -> Bool { name.hasPrefix("output_") && name.hasSuffix(".pb") }
}

/// The kind of what lies at a path, links not followed; `nil` where nothing does.
private func fileKind(at path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

private func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != "." && name != ".." { names.append(name) }
    }
    return names
}

/// Removes a folder that only this program has written to, and what is in it.
private func removeTree(_ path: String) {
    if fileKind(at: path) == S_IFDIR {
        for name in names(in: path) { removeTree("\(path)/\(name)") }
        rmdir(path)
    } else {
        unlink(path)
    }
}
