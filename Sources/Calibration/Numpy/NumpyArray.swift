internal import GraphIR

/// The rows (indices of the leading axis) of a `.npy` array, read one after the other.
final class NumpyArray {
    let header: NumpyHeader
    let place: String
    private let stream: any ByteStream
    var isCompressed: Bool { stream.isCompressed }

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
        if type.elementType == .bool { for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 } }
        return Tensor(type.elementType, extents, bytes: ArrayBytes(bytes))
    }
}

extension [UInt8] {
    /// Reverses the bytes of each run of `width`, which divides the length.
    fileprivate mutating func reverseWords(of width: Int) {
        guard width > 1 else { return }
        for start in stride(from: 0, to: count, by: width) { self[start..<start + width].reverse() }
    }
}
