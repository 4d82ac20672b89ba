/// One file inside a zip archive.
struct ZipMember: Sendable {
    enum Method: Sendable { case stored, deflated }

    var name: String
    var method: Method
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    var headerOffset: Int
}

/// The directory of a zip archive (APPNOTE.TXT 6.3.10), zip64 included, and its members as streams.
final class ZipArchive: Sendable {
    let file: InputFile
    let members: [ZipMember]

    /// Reads the central directory. Throws `SampleFault`.
    init(_ file: InputFile) throws {
        self.file = file
        let end = try ZipDirectoryEnd(file)
        let directory = try file.bytes(end.directory)
        var parser = ZipDirectoryParser(directory, place: file.path)
        var members: [ZipMember] = []
        var names: Set<String> = []
        while members.count < end.count {
            let member = try parser.next()
            guard names.insert(member.name).inserted else {
                throw SampleFault.malformed(place: file.path, "it has two members called '\(member.name)'")
            }
            members.append(member)
        }
        self.members = members
    }

    /// How messages name a member.
    func place(_ member: ZipMember) -> String { "\(file.path): \(member.name)" }

    /// The contents of `member`, checked against its size and CRC-32 as they are read.
    func open(_ member: ZipMember) throws -> any ByteStream {
        let place = place(member)
        guard member.headerOffset >= 0, member.headerOffset <= file.size - 30 else {
            throw SampleFault.malformed(place: place, "it lies outside the archive")
        }
        let head = try file.bytes(member.headerOffset..<member.headerOffset + 30)
        guard head.littleEndian(at: 0, as: UInt32.self) == 0x0403_4b50 else {
            throw SampleFault.malformed(place: place, "it has no local header")
        }
        let start =
            member.headerOffset + 30 + Int(head.littleEndian(at: 26, as: UInt16.self))
            + Int(head.littleEndian(at: 28, as: UInt16.self))
        guard start <= file.size, member.compressedSize <= file.size - start else {
            throw SampleFault.malformed(place: place, "it reaches past the end of the archive")
        }
        let region = FileRegion(file, start..<start + member.compressedSize)
        switch member.method {
        case .stored: return CheckedStream(region, member, place: place)
        case .deflated: return CheckedStream(InflateStream(region, place: place), member, place: place)
        }
    }
}
