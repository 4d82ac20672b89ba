/// Bytes that come in order, each once.
protocol ByteStream: AnyObject {
    /// Fills `buffer` unless the bytes end before, and returns how many it wrote. Throws `SampleFault`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// Whether the bytes are inflated on the way.
    var isCompressed: Bool { get }
}

extension ByteStream {
    var isCompressed: Bool { false }

    /// The next `count` bytes; throws `SampleFault.malformed` where the stream ends before.
    func take(_ count: Int, place: String) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = try read(into: UnsafeMutableRawBufferPointer(buffer))
            guard initialized == count else { throw SampleFault.malformed(place: place, "it ends too early") }
        }
    }
}
