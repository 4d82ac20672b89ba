import CZlib
import Testing

@testable import Calibration

/// What is inflated is what zlib inflates, the judge of all of it.
@Suite struct InflateTests {
    /// Gives bytes in pieces of `most`, as files on slow disks do.
    private final class Bytes: ByteStream {
        private var rest: ArraySlice<UInt8>
        private let most: Int

        init(_ bytes: [UInt8], most: Int = .max) {
            rest = bytes[...]
            self.most = most
        }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            let piece = rest.prefix(min(most, buffer.count))
            buffer.copyBytes(from: piece)
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
    }

    private enum Content: CaseIterable { case noise, fewValues, floats, farRepeats, shortRepeats, nothing }

    private func content(_ kind: Content, most: Int = 150_000, _ generator: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 0...most, using: &generator)
        var bytes: [UInt8] = []
        let period = Int.random(in: 1...20, using: &generator), far = Int.random(in: 32_760...32_769, using: &generator)
        switch kind {
        case .noise: bytes = (0..<count).map { _ in .random(in: 0...255, using: &generator) }
        case .fewValues: bytes = (0..<count).map { _ in .random(in: 0...3, using: &generator) }
        case .floats:
            for _ in 0..<count / 4 {
                withUnsafeBytes(of: Float(Int.random(in: 0...255, using: &generator)) / 255) { bytes += $0 }
            }
        case .farRepeats:
            for index in 0..<count {
                bytes.append(index >= far ? bytes[index - far] : .random(in: 0...255, using: &generator))
            }
        case .shortRepeats: bytes = (0..<count).map { UInt8($0 % period) }
        case .nothing: break
        }
        return bytes
    }

    private func deflated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var state = z_stream(), bytes = bytes
        let level = Int32.random(in: 0...9, using: &generator), strategy = Int32.random(in: 0...4, using: &generator)
        let memory = Int32.random(in: 1...9, using: &generator)
        deflateInit2_(
            &state, level, Z_DEFLATED, -MAX_WBITS, memory, strategy, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&state) }
        let room = 2 * bytes.count + 1000
        return bytes.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                (state.next_in, state.avail_in) = (input.baseAddress, UInt32(input.count))
                (state.next_out, state.avail_out) = (output.baseAddress, UInt32(room))
                deflate(&state, Z_FINISH)
                count = room - Int(state.avail_out)
            }
        }
    }

    /// What zlib makes of a stream: the contents up to its end or its first damage, and zlib's status.
    private func zlibInflated(_ bytes: [UInt8], most: Int) -> ([UInt8], Int32) {
        var state = z_stream(), bytes = bytes, status = Z_OK
        inflateInit2_(&state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { inflateEnd(&state) }
        let contents = bytes.withUnsafeMutableBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: most) { output, count in
                (state.next_in, state.avail_in) = (input.baseAddress, UInt32(input.count))
                (state.next_out, state.avail_out) = (output.baseAddress, UInt32(most))
                status = inflate(&state, Z_NO_FLUSH)
                count = most - Int(state.avail_out)
            }
        }
        return (contents, status)
    }

    /// The same by `InflateStream`, `piece` bytes at a time; `nil` in place of a fault where the stream just ends.
    private func inflated(
        _ bytes: [UInt8], most: Int, piece: Int, inputPiece: Int
    ) throws -> (contents: [UInt8], fault: SampleFault?) {
        let stream = InflateStream(Bytes(bytes, most: inputPiece), place: "here")
        var contents: [UInt8] = [], part = [UInt8](repeating: 0, count: piece)
        while contents.count < most {
            let wanted = min(piece, most - contents.count)
            var got = 0
            do {
                got = try part.withUnsafeMutableBytes {
                    try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
                }
            } catch let fault as SampleFault { return (contents, fault) }
            contents += part[..<got]
            if got < wanted { break }
        }
        return (contents, nil)
    }

    @Test func whatZlibDeflatesComesBack() throws {
        var generator = SeededGenerator()
        for round in 0..<48 {
            let kind = Content.allCases[round % Content.allCases.count]
            let bytes = content(kind, &generator), stream = deflated(bytes, &generator)
            let piece = Int.random(in: 1...100_000, using: &generator)
            let inputPiece = Int.random(in: 1...100_000, using: &generator)
            let result = try inflated(stream, most: bytes.count + 100, piece: piece, inputPiece: inputPiece)
            #expect(result.contents == bytes && result.fault == nil, "\(kind), round \(round)")
        }
    }

    @Test func streamsThatAreCutOrChangedGiveWhatZlibGivesOrAFault() throws {
        var generator = SeededGenerator()
        for round in 0..<600 {
            let bytes = content(Content.allCases[round % 5], most: 3000, &generator)
            var stream = deflated(bytes, &generator)
            if round % 3 == 0 {
                stream.removeLast(Int.random(in: 1...stream.count, using: &generator))
            } else {
                let position = Int.random(in: 0..<min(stream.count, 80), using: &generator)
                stream[position] ^= .random(in: 1...255, using: &generator)
            }
            let most = 100_000
            let (expected, status) = zlibInflated(stream, most: most)
            let result = try inflated(stream, most: most, piece: most, inputPiece: .max)
            guard expected.count < most else { continue }
            if status == Z_STREAM_END {
                #expect(result.fault == nil && result.contents == expected, "round \(round)")
            } else if round % 3 == 0 {
                #expect(result.fault != nil, "round \(round)")
            }
        }
    }
}
