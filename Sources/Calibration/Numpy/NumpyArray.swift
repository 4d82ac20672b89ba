internal import GraphIR

/// The rows (indices of the leading axis) of a `.npy` array, read one after the other.
final class NumpyArray {
    let header: NumpyHeader
    let place: String
    private let stream: any ByteStream

    /// Reads the head. `size` is the number of bytes, head included. Throws `SampleFault`.
    init(_ stream: any ByteStream, size: Int, place: String) throws {
        self.stream = stream
        self.place = place
        header = try NumpyHeader(stream, place: place)
        guard let bytes = header.byteCount, bytes <= size - header.length else {
            throw SampleFault.malformed(place: place, "its shape \(header.extents) needs more bytes than it has")
        }
    }

    /// The next `count` rows, in a tensor of the array's own element type. The array must have a leading axis and
    /// `count` more rows. Throws `SampleFault` where the bytes end before.
    func next(_ count: Int) throws -> Tensor {
        let extents = [count] + header.extents.dropFirst()
        let elements = extents.reduce(1, *)
        let type = header.type
        var bytes = try stream.take(elements * type.itemBytes, place: place)
        if type.isBigEndian { bytes.reverseWords(of: type.wordBytes) }
        switch type.kind {
        case .element(let elementType):
            if elementType == .bool { for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 } }
            return Tensor(elementType, extents, bytes: ArrayBytes(bytes))
        case .unicode(let length):
            return Tensor(strings: bytes.pieces(of: 4 * length).map(Self.utf8), extents)
        case .bytes(let length):
            return Tensor(strings: bytes.pieces(of: length).map { Array($0.trimmingZeros) }, extents)
        }
    }

    private static func utf8(_ codePoints: ArraySlice<UInt8>) -> [UInt8] {
        let words = Array(codePoints).pieces(of: 4).map { Array($0).littleEndian(at: 0, as: UInt32.self) }
        let text = words.dropLast(words.reversed().prefix { $0 == 0 }.count)
        return text.flatMap { Array(String(Unicode.Scalar($0) ?? "\u{fffd}").utf8) }
    }
}

extension [UInt8] {
    /// Reverses the bytes of each run of `width`, which divides the length.
    fileprivate mutating func reverseWords(of width: Int) {
        guard width > 1 else { return }
        for start in stride(from: 0, to: count, by: width) { self[start..<start + width].reverse() }
    }

    fileprivate func pieces(of width: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: count, by: width).map { self[$0..<$0 + width] }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingZeros: ArraySlice<UInt8> { dropLast(reversed().prefix { $0 == 0 }.count) }
}
