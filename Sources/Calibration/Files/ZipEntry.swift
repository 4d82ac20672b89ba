/// A stored member of a zip archive that is being written.
struct ZipEntry {
    let name: [UInt8]
    let size: Int
    /// Where the local header starts.
    let offset: Int
    var checksum: UInt32 = 0

    private static let needsZip64 = Int(UInt32.max)
    /// The first day that zip has a number for: 1 January 1980.
    private static let date: UInt16 = 0x21

    init(_ name: String, size: Int, offset: Int) {
        self.name = Array(name.utf8)
        self.size = size
        self.offset = offset
    }

    /// Where the contents start.
    var start: Int { offset + localHeader.count }
    var end: Int { start + size }

    private var isLarge: Bool { size >= Self.needsZip64 }
    private var shortSize: UInt32 { isLarge ? .max : UInt32(size) }

    /// What the local header and the directory entry have in common: version to checksum to name length.
    private var common: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt16(isLarge || offset >= Self.needsZip64 ? 45 : 20))
        bytes.append(littleEndian: UInt16(name.allSatisfy { $0 < 0x80 } ? 0 : 0x800))
        bytes.append(littleEndian: UInt16(0))
        bytes.append(littleEndian: UInt16(0))
        bytes.append(littleEndian: Self.date)
        bytes.append(littleEndian: checksum)
        bytes.append(littleEndian: shortSize)
        bytes.append(littleEndian: shortSize)
        bytes.append(littleEndian: UInt16(name.count))
        return bytes
    }

    private static func zip64(_ values: [Int]) -> [UInt8] {
        guard !values.isEmpty else { return [] }
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt16(1))
        bytes.append(littleEndian: UInt16(8 * values.count))
        for value in values { bytes.append(littleEndian: UInt64(value)) }
        return bytes
    }

    var localHeader: [UInt8] {
        let extra = Self.zip64(isLarge ? [size, size] : [])
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(0x0403_4b50))
        bytes += common
        bytes.append(littleEndian: UInt16(extra.count))
        return bytes + name + extra
    }

    var directoryEntry: [UInt8] {
        let isFar = offset >= Self.needsZip64
        let extra = Self.zip64((isLarge ? [size, size] : []) + (isFar ? [offset] : []))
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(0x0201_4b50))
        bytes.append(littleEndian: UInt16(45))
        bytes += common
        bytes.append(littleEndian: UInt16(extra.count))
        bytes += [UInt8](repeating: 0, count: 10)
        bytes.append(littleEndian: isFar ? UInt32.max : UInt32(offset))
        return bytes + name + extra
    }

    /// The directory of `entries`, which starts at `offset`, and the records behind it.
    static func directory(_ entries: [ZipEntry], at offset: Int) -> [UInt8] {
        var bytes = entries.flatMap(\.directoryEntry)
        let size = bytes.count
        let isLarge = entries.count >= 0xffff || size >= needsZip64 || offset >= needsZip64
        if isLarge {
            let record = offset + size
            bytes.append(littleEndian: UInt32(0x0606_4b50))
            bytes.append(littleEndian: UInt64(44))
            bytes.append(littleEndian: UInt16(45))
            bytes.append(littleEndian: UInt16(45))
            bytes.append(littleEndian: UInt64(0))
            for value in [entries.count, entries.count, size, offset] { bytes.append(littleEndian: UInt64(value)) }
            bytes.append(littleEndian: UInt32(0x0706_4b50))
            bytes.append(littleEndian: UInt32(0))
            bytes.append(littleEndian: UInt64(record))
            bytes.append(littleEndian: UInt32(1))
        }
        bytes.append(littleEndian: UInt32(0x0605_4b50))
        bytes.append(littleEndian: UInt32(0))
        for _ in 0..<2 { bytes.append(littleEndian: UInt16(min(entries.count, 0xffff))) }
        for value in [size, offset] { bytes.append(littleEndian: isLarge ? UInt32.max : UInt32(value)) }
        bytes.append(littleEndian: UInt16(0))
        return bytes
    }
}
