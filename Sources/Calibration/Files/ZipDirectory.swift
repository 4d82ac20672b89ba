/// Where a zip archive's central directory lies: the record at the file's end, or the zip64 one before it.
struct ZipDirectoryEnd {
    var count: Int
    var directory: Range<Int>

    private static let length = 22
    private static let locatorLength = 20
    private static let longestComment = 0xffff

    init(_ file: InputFile) throws {
        func fault(_ what: String) -> SampleFault { .malformed(place: file.path, what) }
        let tailStart = max(0, file.size - Self.length - Self.longestComment)
        let tail = try file.bytes(tailStart..<file.size)
        guard
            let at = stride(from: tail.count - Self.length, through: 0, by: -1).first(where: {
                tail.littleEndian(at: $0, as: UInt32.self) == 0x0605_4b50
            })
        else { throw fault("it is not a zip archive, or is cut short") }

        var entries = UInt64(tail.littleEndian(at: at + 10, as: UInt16.self))
        var size = UInt64(tail.littleEndian(at: at + 12, as: UInt32.self))
        var offset = UInt64(tail.littleEndian(at: at + 16, as: UInt32.self))
        let locator = at - Self.locatorLength
        if locator >= 0, tail.littleEndian(at: locator, as: UInt32.self) == 0x0706_4b50 {
            guard let record = Int(exactly: tail.littleEndian(at: locator + 8, as: UInt64.self)),
                record <= file.size - 56
            else { throw fault("its zip64 directory lies outside the file") }
            let bytes = try file.bytes(record..<record + 56)
            guard bytes.littleEndian(at: 0, as: UInt32.self) == 0x0606_4b50 else {
                throw fault("it has no zip64 directory")
            }
            entries = bytes.littleEndian(at: 32)
            size = bytes.littleEndian(at: 40)
            offset = bytes.littleEndian(at: 48)
        }
        guard let count = Int(exactly: entries), let size = Int(exactly: size), let offset = Int(exactly: offset),
            offset <= file.size, size <= file.size - offset
        else { throw fault("its directory lies outside the file") }
        self.count = count
        directory = offset..<offset + size
    }
}

/// Walks the entries of a central directory.
struct ZipDirectoryParser {
    private let bytes: [UInt8]
    private let place: String
    private var at = 0

    private static let headerLength = 46
    /// No deflate stream inflates to more than this many times its size.
    private static let largestRatio = 1032

    init(_ bytes: [UInt8], place: String) {
        self.bytes = bytes
        self.place = place
    }

    mutating func next() throws -> ZipMember {
        guard at <= bytes.count - Self.headerLength, bytes.littleEndian(at: at, as: UInt32.self) == 0x0201_4b50 else {
            throw fault("its directory is damaged")
        }
        let lengths = [28, 30, 32].map { Int(bytes.littleEndian(at: at + $0, as: UInt16.self)) }
        let nameStart = at + Self.headerLength
        let end = nameStart + lengths.reduce(0, +)
        guard end <= bytes.count else { throw fault("its directory is damaged") }
        let name = String(decoding: bytes[nameStart..<nameStart + lengths[0]], as: UTF8.self)
        let extra = nameStart + lengths[0]..<nameStart + lengths[0] + lengths[1]
        let (size, compressedSize, offset) = try sizes(extra: extra)
        let method = try method(name)
        guard compressedSize <= size || method == .deflated,
            size <= (method == .stored ? compressedSize : compressedSize.multipliedSaturating(Self.largestRatio))
        else { throw fault("the size of '\(name)' is impossible") }
        let checksum: UInt32 = bytes.littleEndian(at: at + 16)
        at = end
        return ZipMember(
            name: name, method: method, checksum: checksum, compressedSize: compressedSize, size: size,
            headerOffset: offset)
    }

    private func method(_ name: String) throws -> ZipMember.Method {
        guard bytes.littleEndian(at: at + 8, as: UInt16.self) & 1 == 0 else {
            throw SampleFault.unsupported(place: place, "'\(name)' is encrypted")
        }
        switch bytes.littleEndian(at: at + 10, as: UInt16.self) {
        case 0: return .stored
        case 8: return .deflated
        case let other:
            throw SampleFault.unsupported(
                place: place, "'\(name)' is compressed by method \(other); save it with numpy.savez_compressed")
        }
    }

    /// Size, compressed size and offset; each that does not fit 32 bits stands in the zip64 extra field, in this order.
    private func sizes(extra: Range<Int>) throws -> (Int, Int, Int) {
        var values = [24, 20, 42].map { UInt64(bytes.littleEndian(at: at + $0, as: UInt32.self)) }
        var field = extra.lowerBound
        while field + 4 <= extra.upperBound {
            let start = field + 4
            let end = start + Int(bytes.littleEndian(at: field + 2, as: UInt16.self))
            guard end <= extra.upperBound else { break }
            if bytes.littleEndian(at: field, as: UInt16.self) == 1 {
                var next = start
                for index in values.indices where values[index] == UInt64(UInt32.max) && next + 8 <= end {
                    values[index] = bytes.littleEndian(at: next)
                    next += 8
                }
            }
            field = end
        }
        guard let size = Int(exactly: values[0]), let compressed = Int(exactly: values[1]),
            let offset = Int(exactly: values[2])
        else { throw fault("its directory is damaged") }
        return (size, compressed, offset)
    }

    private func fault(_ what: String) -> SampleFault { .malformed(place: place, what) }
}

extension Int {
    /// The product with a positive factor, or `Int.max` where it does not fit.
    func multipliedSaturating(_ factor: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
