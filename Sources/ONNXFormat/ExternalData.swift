import GraphIR
import Glibc

/// Reads tensor data from files beside a model: each file is mapped once, none outside the model's folder is opened.
final class ExternalData {
    private let folder: String?
    private var files: [String: MappedFile] = [:]

    /// `folder` holds the model; `nil` for a model that is in no folder.
    init(folder: String?) { self.folder = folder }

    /// The data that the entries of `TensorProto.external_data` name. Throws `FormatFault.external`.
    func bytes(_ entries: [String: String], byteCount: Int) throws -> any TensorBytes {
        guard let location = entries["location"], !location.isEmpty else {
            throw FormatFault.external(.missingLocation)
        }
        let offset = try Self.number("offset", entries) ?? 0
        let length = try Self.number("length", entries) ?? byteCount
        guard length == byteCount else {
            throw FormatFault.external(.length(location: location, expected: byteCount, got: length))
        }
        let file = try file(location)
        guard offset <= file.count, length <= file.count - offset else {
            throw FormatFault.external(
                .outsideFile(location: location, offset: offset, length: length, fileSize: file.count))
        }
        return ByteSlice(file, offset..<offset + length)
    }

    private static func number(_ key: String, _ entries: [String: String]) throws -> Int? {
        guard let value = entries[key] else { return nil }
        guard let number = Int(value), number >= 0 else {
            throw FormatFault.external(.badNumber(key: key, value: value))
        }
        return number
    }

    private func file(_ location: String) throws -> MappedFile {
        if let file = files[location] { return file }
        guard let folder else { throw FormatFault.external(.noFolder(location: location)) }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.hasPrefix("/"), !parts.contains("..") else {
            throw FormatFault.external(.outsideFolder(location: location))
        }
        let root = try Self.resolved(folder, location)
        let path = try Self.resolved(folder + "/" + location, location)
        guard path.hasPrefix(root == "/" ? root : root + "/") else {
            throw FormatFault.external(.outsideFolder(location: location))
        }
        do {
            let file = try MappedFile(path)
            files[location] = file
            return file
        } catch FormatFault.notRegularFile {
            throw FormatFault.external(.notRegularFile(location: location))
        } catch FormatFault.system(_, let code) {
            throw FormatFault.external(.cannotOpen(location: location, code: code))
        }
    }

    /// The path with every link in it followed.
    private static func resolved(_ path: String, _ location: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            throw FormatFault.external(.cannotOpen(location: location, code: errno))
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
