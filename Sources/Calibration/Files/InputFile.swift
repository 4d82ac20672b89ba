#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A regular file, open for reading at any offset.
///
/// It is read rather than mapped: a mapped file that another program cuts short ends the process.
final class InputFile: Sendable {
    let path: String
    let size: Int
    private let descriptor: Int32

    /// Throws `SampleFault.missing`, `.unreadable`, or `.unsupported` where it is no regular file.
    init(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? SampleFault.missing(path) : SampleFault.unreadable(path, errno: errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw SampleFault.unreadable(path, errno: number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SampleFault.unsupported(place: path, "it is not a regular file")
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `buffer` from `offset` on unless the file ends before, and returns how many bytes it wrote.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count {
            let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw SampleFault.unreadable(path, errno: errno)
            }
            done += got
        }
        return done
    }

    /// The bytes of `range`, which lies within the file.
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
        try FileRegion(self, range).take(range.count, place: path)
    }
}

/// A stretch of a file as a stream.
final class FileRegion: ByteStream {
    private let file: InputFile
    private var rest: Range<Int>

    init(_ file: InputFile, _ range: Range<Int>) {
        self.file = file
        rest = range
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = min(buffer.count, rest.count)
        guard wanted > 0 else { return 0 }
        let got = try file.read(at: rest.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        rest = rest.lowerBound + got..<rest.upperBound
        return got
    }
}
