internal import CDNN
internal import CKernels
internal import Dispatch

/// The number of threads that matrix products and convolutions use.
public enum KernelThreads {
    /// How many processors the program may run on; a container or `taskset` may leave it fewer than the machine has.
    public static var available: Int { max(Int(ck_processors()), 1) }

    /// The number in use.
    public static var count: Int {
        let count = Int(cdnn_threads())
        return count > 0 ? count : available
    }

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
        guard workers > 1 else { return items.map(body) }
        return Array(unsafeUninitializedCapacity: items.count) { buffer, initialized in
            // Every element is written by one worker.
            nonisolated(unsafe) let results = buffer.baseAddress!
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                for index in stride(from: worker, to: items.count, by: workers) {
                    (results + index).initialize(to: body(items[index]))
                }
            }
            initialized = items.count
        }
    }
}
