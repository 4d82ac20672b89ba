import GraphIR
import Glibc

/// A file mapped into memory for reading.
///
/// A mapping outlives the removal and the replacement of the file, but not that another program cuts it short.
final class MappedFile: TensorBytes {
    let count: Int
    private let address: UInt

    /// Maps a regular file. Throws `FormatFault.system` or `.notRegularFile`. The file may be empty.
    init(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FormatFault.system(.open, code: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FormatFault.system(.inspect, code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FormatFault.notRegularFile(.open) }
        count = Int(status.st_size)
        if count == 0 {
            address = 0
            return
        }
        guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), mapping != MAP_FAILED else {
            throw FormatFault.system(.map, code: errno)
        }
        address = UInt(bitPattern: mapping)
    }

    /// Gives back the memory of all pages that lie within `range` as a whole. Who reads them again has them read from
    /// the file again.
    func setAside(_ range: Range<Int>) {
        let page = Int(getpagesize())
        let first = (range.lowerBound + page - 1) / page * page, end = range.upperBound / page * page
        guard first < end else { return }
        madvise(UnsafeMutableRawPointer(bitPattern: address + UInt(first)), end - first, MADV_DONTNEED)
    }

    func setAside() { setAside(0..<count) }

    deinit { if count > 0 { munmap(UnsafeMutableRawPointer(bitPattern: address), count) } }

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
    }
}

/// A part of other bytes, which it keeps alive. It begins at any address: loads from it must not expect alignment.
final class ByteSlice: TensorBytes {
    private let whole: any TensorBytes
    private let range: Range<Int>

    /// `range` must lie within `whole`.
    init(_ whole: any TensorBytes, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= whole.count, "a slice reaches past its bytes")
        self.whole = whole
        self.range = range
    }

    var count: Int { range.count }

    func setAside() { (whole as? MappedFile)?.setAside(range) }

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try whole.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
