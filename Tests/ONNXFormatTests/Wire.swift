/// Builds protobuf messages by field number, so that tests can say what no writer of ours would.
indirect enum Wire {
    case int(Int64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case text(String)
    case bytes([UInt8])
    case message(KeyValuePairs<Int, Wire>)

    static func float(_ value: Float) -> Wire { .fixed32(value.bitPattern) }

    /// A message's bytes: the fields in the order given, a number as often as it is given.
    static func encode(_ fields: KeyValuePairs<Int, Wire>) -> [UInt8] {
        fields.flatMap { number, value in
            switch value {
            case .int(let value): varint(UInt64(number) << 3) + varint(UInt64(bitPattern: value))
            case .fixed64(let value): varint(UInt64(number) << 3 | 1) + withUnsafeBytes(of: value) { Array($0) }
            case .fixed32(let value): varint(UInt64(number) << 3 | 5) + withUnsafeBytes(of: value) { Array($0) }
            case .text(let text): delimited(number, Array(text.utf8))
            case .bytes(let bytes): delimited(number, bytes)
            case .message(let fields): delimited(number, encode(fields))
            }
        }
    }

    /// A packed field's contents.
    static func packed(_ values: [Int64]) -> Wire { .bytes(values.flatMap { varint(UInt64(bitPattern: $0)) }) }

    static func delimited(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(UInt64(number) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
    }

    static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7f) | 0x80)
            value >>= 7
        }
        return bytes + [UInt8(value)]
    }
}
