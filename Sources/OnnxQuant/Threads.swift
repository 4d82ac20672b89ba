internal import Kernels
#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How many threads kernels compute with.
public enum Threads {
    /// Uses `count` threads; `nil` means one for each processor the program may run on. Gives the number used.
    @discardableResult
    public static func use(_ count: Int?) -> Int {
        let threads = max(count ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
        KernelThreads.set(threads)
        return threads
    }
}
