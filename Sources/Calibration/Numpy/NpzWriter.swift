public import GraphIR
internal import CZlib
internal import ONNXFormat

/// Writes a `.npz` archive whose arrays grow row by row; only arrays of strings are held in memory.
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
        var layout: Layout
        var entry: ZipEntry
        var position: Int
        var checksum: UInt = 0
    }

    private let file: OutputFile
    /// The arrays of fixed size, by their place in the order given.
    private var members: [Int: Member] = [:]
    private var strings: [Int: (layout: Layout, rows: [[UInt8]])] = [:]
    private var end = 0

    /// Lays out the file. Element types that NumPy lacks are widened (`NumpyType.init(holding:)`).
    /// Throws `FileFault`, or `OutputFault.nameTooLong`.
    public init(_ path: String, _ arrays: [Layout]) throws {
        file = try OutputFile(path)
        for (index, layout) in arrays.enumerated() {
            guard layout.name.utf8.count <= 0xff00 else { throw OutputFault.nameTooLong(layout.name) }
            if layout.elementType == .string {
                strings[index] = (layout, [])
            } else {
                let header = NumpyHeader(NumpyType(holding: layout.elementType), layout.extents)
                members[index] = try begin(layout, header)
            }
        }
    }

    /// Appends the elements of `tensor` to the array at `index`. Together they must be as many as its extents say.
    /// Throws `FileFault`.
    public func append(_ tensor: Tensor, to index: Int) throws {
        if strings[index] != nil {
            strings[index]?.rows += tensor.strings
        } else if var member = members[index] {
            try tensor.widenedForNumpy.bytes.withUnsafeBytes { try append($0, to: &member) }
            members[index] = member
        }
    }

    /// Completes the archive and gives it its name. Throws `FileFault`.
    public func finish() throws {
        for (index, array) in strings.sorted(by: { $0.key < $1.key }) {
            let texts = array.rows.map { String(decoding: $0, as: UTF8.self).unicodeScalars.map(\.value) }
            let longest = texts.map(\.count).max() ?? 0
            let type = NumpyType(holding: .string, longest: longest)
            var member = try begin(array.layout, NumpyHeader(type, array.layout.extents))
            for text in texts {
                let padded = text + Array(repeating: 0, count: type.itemBytes / 4 - text.count)
                try padded.map(\.littleEndian).withUnsafeBytes { try append($0, to: &member) }
            }
            members[index] = member
        }
        let entries = members.sorted { $0.key < $1.key }.map { _, member in
            var entry = member.entry
            entry.checksum = UInt32(truncatingIfNeeded: member.checksum)
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

    private func begin(_ layout: Layout, _ header: NumpyHeader) throws -> Member {
        let head = header.encoded
        let entry = ZipEntry("\(layout.name).npy", size: head.count + (header.byteCount ?? 0), offset: end)
        end = entry.end
        var member = Member(layout: layout, entry: entry, position: entry.start)
        try head.withUnsafeBytes { try append($0, to: &member) }
        return member
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to member: inout Member) throws {
        precondition(member.position + bytes.count <= member.entry.end, "more rows than the array has")
        try file.write(bytes, at: member.position)
        member.checksum = crc32_z(
            member.checksum, bytes.baseAddress?.assumingMemoryBound(to: Bytef.self), bytes.count)
        member.position += bytes.count
    }
}
