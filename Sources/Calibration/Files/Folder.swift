#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What lies at a path.
enum PathKind {
    case file, folder, other

    /// Follows links. Throws `SampleFault.missing` or `.unreadable`.
    init(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? SampleFault.missing(path) : SampleFault.unreadable(path, errno: errno)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }
}

/// The names in the folder at `path`, in natural order, hidden ones left out. Throws `SampleFault.unreadable`.
func namesInFolder(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw SampleFault.unreadable(path, errno: errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted(by: inNaturalOrder)
}

/// The order in which people count: runs of digits by their value, all else by code point.
func inNaturalOrder(_ a: String, _ b: String) -> Bool {
    var x = Array(a.unicodeScalars)[...], y = Array(b.unicodeScalars)[...]
    while let p = x.first, let q = y.first {
        let n = x.prefix(while: \.isDigit), m = y.prefix(while: \.isDigit)
        if !n.isEmpty && !m.isEmpty {
            let u = n.drop { $0 == "0" }, v = m.drop { $0 == "0" }
            if u.count != v.count { return u.count < v.count }
            if !u.elementsEqual(v) { return u.lexicographicallyPrecedes(v) }
            x = x.dropFirst(n.count)
            y = y.dropFirst(m.count)
        } else {
            if p != q { return p < q }
            x = x.dropFirst()
            y = y.dropFirst()
        }
    }
    return x.isEmpty && y.isEmpty ? a < b : x.isEmpty
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
