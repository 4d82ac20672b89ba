internal import CISAL

/// The contents of a zip member; throws at its end where size or CRC-32 are not what the directory says.
final class CheckedStream: ByteStream {
    private let source: any ByteStream
    private let expected: UInt32
    private let place: String
    private var rest: Int
    var isCompressed: Bool { source.isCompressed }
    private var checksum: UInt32 = 0

    init(_ source: any ByteStream, _ member: ZipMember, place: String) {
        self.source = source
        self.place = place
        expected = member.checksum
        rest = member.size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = min(buffer.count, rest)
        guard wanted > 0 else { return 0 }
        let got = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        guard got == wanted else { throw SampleFault.malformed(place: place, "it ends too early") }
        checksum = crc32_gzip_refl(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(got))
        rest -= got
        guard rest > 0 || checksum == expected else {
            throw SampleFault.malformed(place: place, "its checksum is wrong")
        }
        return got
    }
}
