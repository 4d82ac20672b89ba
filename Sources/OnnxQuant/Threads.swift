internal import Kernels

/// How many threads kernels compute with.
public enum Threads {
    /// Uses `count` threads; `nil` means one for each processor the program may run on. Gives the number used.
    @discardableResult
    public static func use(_ count: Int?) -> Int {
        let threads = max(count ?? KernelThreads.available, 1)
        KernelThreads.set(threads)
        return threads
    }
}
