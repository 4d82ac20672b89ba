/// Reads the protobuf wire format, field by field, from bytes of unknown origin.
struct WireCursor {
    /// The number and the wire type of a field.
    struct Key {
        var field: UInt32
        var wire: WireType
    }

    enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case delimited = 2
        case fixed32 = 5
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    let end: Int

    /// `range` must lie within `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }

    mutating func key() throws -> Key {
        let start = position
        let number = try varint()
        guard let wire = WireType(rawValue: number & 7), case 1...0x1fff_ffff = number >> 3 else {
            throw FormatFault.malformed(.badField, offset: start)
        }
        return Key(field: UInt32(number >> 3), wire: wire)
    }

    mutating func varint() throws -> UInt64 {
        let start = position
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw FormatFault.malformed(.truncated, offset: start) }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw FormatFault.malformed(.badField, offset: start)
    }

    /// The range of a length-delimited field's contents, which the cursor then stands behind.
    mutating func contents() throws -> Range<Int> {
        let start = position
        let length = try varint()
        guard length <= UInt64(end - position) else { throw FormatFault.malformed(.truncated, offset: start) }
        defer { position += Int(length) }
        return position..<position + Int(length)
    }

    /// Passes over the value of a field that is not length-delimited.
    mutating func skip(_ wire: WireType) throws {
        switch wire {
        case .varint: _ = try varint()
        case .fixed64: try advance(8)
        case .fixed32: try advance(4)
        case .delimited: _ = try contents()
        }
    }

    private mutating func advance(_ count: Int) throws {
        guard end - position >= count else { throw FormatFault.malformed(.truncated, offset: position) }
        position += count
    }
}
