/// What the head of a `.npy` file says (NumPy's format versions 1.0, 2.0 and 3.0).
public struct NumpyHeader: Sendable, Hashable {
    public var type: NumpyType
    public var extents: [Int]
    /// The bytes of the head as it was read.
    private(set) var length = 0

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let longest = 1 << 16

    public init(_ type: NumpyType, _ extents: [Int]) {
        self.type = type
        self.extents = extents
    }

    /// Reads a head from the start of `stream`, which is then at the first element. Throws `SampleFault`.
    init(_ stream: any ByteStream, place: String) throws {
        let start = try stream.take(8, place: place)
        guard Array(start[..<6]) == Self.magic else {
            throw SampleFault.malformed(place: place, "it is not a .npy array")
        }
        let length: Int
        switch start[6] {
        case 1: length = Int(try stream.take(2, place: place).littleEndian(at: 0, as: UInt16.self))
        case 2, 3: length = Int(try stream.take(4, place: place).littleEndian(at: 0, as: UInt32.self))
        case let version:
            throw SampleFault.unsupported(place: place, "it has version \(version) of the .npy format")
        }
        guard length <= Self.longest else {
            throw SampleFault.malformed(place: place, "its header of \(length) bytes is too long")
        }
        let text = try stream.take(length, place: place)
        try self.init(dictionary: text, place: place)
        self.length = (start[6] == 1 ? 10 : 12) + length
    }

    private init(dictionary text: [UInt8], place: String) throws {
        var parser = PythonLiteralParser(text)
        guard case .dictionary(let entries)? = parser.parse(), case .tuple(let items)? = entries["shape"],
            case .boolean(let isFortran)? = entries["fortran_order"], let descriptor = entries["descr"]
        else { throw SampleFault.malformed(place: place, "its header is damaged") }
        guard case .string(let code) = descriptor, let type = NumpyType(descriptor: code) else {
            let name = if case .string(let code) = descriptor { "'\(code)'" } else { "a record" }
            throw SampleFault.unsupported(place: place, "its element type is \(name); numbers are expected")
        }
        var extents: [Int] = []
        for item in items {
            guard case .integer(let extent) = item, extent >= 0 else {
                throw SampleFault.malformed(place: place, "its header is damaged")
            }
            extents.append(extent)
        }
        guard !isFortran || extents.count < 2 else {
            throw SampleFault.unsupported(
                place: place, "it is in Fortran order; save it in C order (numpy.ascontiguousarray)")
        }
        self.init(type, extents)
        guard byteCount != nil else {
            throw SampleFault.malformed(place: place, "its shape \(extents) is impossible")
        }
    }

    /// The bytes all elements take; `nil` where some product of the extents does not fit.
    var byteCount: Int? {
        var count = type.itemBytes
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
            if overflow { return nil }
            count = product
        }
        return extents.contains(0) ? 0 : count
    }

    /// The bytes of the head; their number is a multiple of 64, as NumPy has it.
    public var encoded: [UInt8] {
        let shape = extents.map { "\($0)," }.joined(separator: " ")
        let tuple = extents.count > 1 ? String(shape.dropLast()) : shape
        let text = "{'descr': '\(type.descriptor)', 'fortran_order': False, 'shape': (\(tuple)), }"
        let isShort = 10 + text.utf8.count + 1 <= 0xffc0
        let prefix = isShort ? 10 : 12
        let total = (prefix + text.utf8.count + 1 + 63) / 64 * 64
        var bytes = Self.magic + [isShort ? 1 : 2, 0]
        if isShort {
            bytes.append(littleEndian: UInt16(total - prefix))
        } else {
            bytes.append(littleEndian: UInt32(total - prefix))
        }
        bytes += Array(text.utf8)
        bytes += Array(repeating: UInt8(ascii: " "), count: total - 1 - bytes.count)
        return bytes + [UInt8(ascii: "\n")]
    }
}
