#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

enum Signals {
    /// Lets a write past the limit on file sizes fail like one on a full disk, instead of ending the program.
    static func prepare() { signal(SIGXFSZ, SIG_IGN) }
}
