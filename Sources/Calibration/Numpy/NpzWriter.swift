public import GraphIR
internal import CISAL
internal import ONNXFormat

/// Writes a `.npz` archive whose arrays grow row by row. Where everything goes is known beforehand, so nothing is
/// held in memory; members are stored, not deflated.
public final class NpzWriter {
    /// One array: its name, and the element type and extents of the whole.
    public struct Layout: Sendable {
        public var name: String
        public var elementType: ElementType
        public var extents: [Int]

        public init(_ name: String, _ elementType: ElementType, _ extents: [Int]) {
            self.name = name
            self.elementType = elementType
            self.extents = extents
        }
    }

    private struct Member {
        let elementType: ElementType
        let entry: ZipEntry
        /// Where the next bytes go.
        var position: Int
        var checksum: UInt32 = 0
    }

    private static let longestName = 0xff00

    private let file: OutputFile
    private var members: [Member] = []
    private var end = 0

    /// Lays out the file. Element types that NumPy lacks are widened (`NumpyType.init(holding:)`).
    /// Throws `FileFault` or `OutputFault`.
    public init(_ path: String, _ arrays: [Layout]) throws {
        file = try OutputFile(path)
        for layout in arrays {
            guard layout.name.utf8.count <= Self.longestName else { throw OutputFault.nameTooLong(layout.name) }
            guard let type = NumpyType(holding: layout.elementType) else {
                throw OutputFault.noNumpyType(layout.name, layout.elementType)
            }
            let header = NumpyHeader(type, layout.extents)
            let head = header.encoded
            let entry = ZipEntry("\(layout.name).npy", size: head.count + (header.byteCount ?? 0), offset: end)
            end = entry.end
            members.append(Member(elementType: layout.elementType, entry: entry, position: entry.start))
            try head.withUnsafeBytes { try append($0, to: members.count - 1) }
        }
    }

    /// Appends the elements of `tensor`, which is of the array's type, to the array at `index`. In the end they must be
    /// as many as its extents say. Throws `FileFault`.
    public func append(_ tensor: Tensor, to index: Int) throws {
        precondition(tensor.elementType == members[index].elementType, "an array has elements of one type")
        try tensor.widenedForNumpy.bytes.withUnsafeBytes { try append($0, to: index) }
    }

    /// Completes the archive and gives it its name. Throws `FileFault`.
    public func finish() throws {
        let entries = members.map { member in
            precondition(member.position == member.entry.end, "an array is complete in the end")
            var entry = member.entry
            entry.checksum = member.checksum
            return entry
        }
        for entry in entries { try write(entry.localHeader, at: entry.offset) }
        try write(ZipEntry.directory(entries, at: end), at: end)
        try file.finish()
        try file.publish()
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws {
        try bytes.withUnsafeBytes { try file.write($0, at: offset) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to index: Int) throws {
        let member = members[index]
        precondition(member.position + bytes.count <= member.entry.end, "more elements than the extents say")
        try file.write(bytes, at: member.position)
        members[index].position += bytes.count
        members[index].checksum = crc32_gzip_refl(
            members[index].checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
    }
}
