internal import CZlib

/// A raw deflate stream (RFC 1951), inflated as it is read. Takes about 100 KiB of memory.
final class InflateStream: ByteStream {
    private static let inputCapacity = 1 << 16

    private let source: any ByteStream
    private let place: String
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputCapacity, alignment: 16)
    /// On the heap, because zlib keeps its address.
    private let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var ended = false

    init(_ source: any ByteStream, place: String) throws {
        self.source = source
        self.place = place
        state.initialize(to: z_stream())
        guard czlib_inflate_begin(state) == Z_OK else {
            throw SampleFault.malformed(place: place, "zlib has no memory to inflate it")
        }
    }

    deinit {
        inflateEnd(state)
        state.deallocate()
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count && !ended {
            if state.pointee.avail_in == 0 {
                state.pointee.avail_in = try uInt(source.read(into: input))
                state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
                guard state.pointee.avail_in > 0 else {
                    throw SampleFault.malformed(place: place, "its compressed data end too early")
                }
            }
            let room = min(buffer.count - done, 1 << 30)
            state.pointee.next_out = (buffer.baseAddress! + done).assumingMemoryBound(to: Bytef.self)
            state.pointee.avail_out = uInt(room)
            let status = inflate(state, Z_NO_FLUSH)
            done += room - Int(state.pointee.avail_out)
            ended = status == Z_STREAM_END
            guard ended || status == Z_OK || status == Z_BUF_ERROR else {
                throw SampleFault.malformed(place: place, "its compressed data are damaged")
            }
        }
        return done
    }
}
