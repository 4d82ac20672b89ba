internal import CDNN
internal import CKernels

/// The number of threads that matrix products and convolutions use.
public enum KernelThreads {
    /// How many processors the program may run on; a container or `taskset` may leave it fewer than the machine has.
    public static var available: Int { max(Int(ck_processors()), 1) }

    /// The number in use.
    public static var count: Int { max(Int(ck_threads()), 1) }

    /// Sets the number for everything that runs from now on; at least 1.
    public static func set(_ count: Int) {
        let count = Int32(clamping: max(count, 1))
        cdnn_set_threads(count)
        ck_set_threads(count)
    }

    /// What `body` gives for each of `items`, in their order, computed by as many threads as are in use.
    public static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ body: @Sendable (Item) -> Result
    ) -> [Result] {
        let workers = min(count, items.count)
        guard items.count > 1 else { return items.map(body) }
        return Array(unsafeUninitializedCapacity: items.count) { buffer, initialized in
            // Every element is written by one worker.
            nonisolated(unsafe) let results = buffer.baseAddress!
            perform(parts: workers) { part in
                for index in stride(from: part, to: items.count, by: workers) {
                    (results + index).initialize(to: body(items[index]))
                }
            }
            initialized = items.count
        }
    }

    /// Calls `body` with ranges that make up `0..<count`, one for each thread in use; all at once where it is fewer than
    /// `least`.
    public static func share(_ count: Int, least: Int = 1, _ body: @Sendable (Range<Int>) -> Void) {
        let parts = min(self.count, count)
        guard count > 1, count >= least else { return body(0..<count) }
        perform(parts: parts) { part in body(count * part / parts..<count * (part + 1) / parts) }
    }

    private final class Work: Sendable {
        let body: @Sendable (Int) -> Void
        init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }
    }

    /// Calls `body` for every part on a thread of its own, and waits for all. A single part goes the same way: within it
    /// oneDNN must not divide sums either, as it does not among several.
    private static func perform(parts: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            let work = Work(body)
            withExtendedLifetime(work) {
                let run: @convention(c) (UnsafeMutableRawPointer?, Int32, Int32) -> Void = { work, part, _ in
                    guard let work else { return }
                    Unmanaged<Work>.fromOpaque(work).takeUnretainedValue().body(Int(part))
                }
                ck_parallel(Int32(clamping: parts), run, Unmanaged.passUnretained(work).toOpaque())
            }
        }
    }
}
