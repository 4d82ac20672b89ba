internal import CISAL

/// A raw deflate stream (RFC 1951), inflated as it is read. Takes about 200 KiB of memory.
final class InflateStream: ByteStream {
    private static let inputCapacity = 1 << 16

    private let source: any ByteStream
    private let place: String
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: inputCapacity, alignment: 16)
    /// On the heap for its size.
    private let state = UnsafeMutablePointer<inflate_state>.allocate(capacity: 1)
    let isCompressed = true

    init(_ source: any ByteStream, place: String) {
        self.source = source
        self.place = place
        isal_inflate_init(state)
    }

    deinit {
        state.deallocate()
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let base = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        var done = 0
        while done < buffer.count, !hasEnded {
            let room = min(buffer.count - done, 1 << 30)
            state.pointee.next_out = base + done
            state.pointee.avail_out = UInt32(room)
            guard isal_inflate(state) == ISAL_DECOMP_OK else {
                throw SampleFault.malformed(place: place, "its compressed data are damaged")
            }
            done += room - Int(state.pointee.avail_out)
            if state.pointee.avail_out > 0, !hasEnded { try addInput() }
        }
        return done
    }

    private var hasEnded: Bool { state.pointee.block_state == ISAL_BLOCK_FINISH }

    private func addInput() throws {
        let count = try source.read(into: input)
        guard count > 0 else { throw SampleFault.malformed(place: place, "its compressed data end too early") }
        state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_in = UInt32(count)
    }
}
