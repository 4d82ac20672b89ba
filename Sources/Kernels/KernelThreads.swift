internal import CDNN
internal import CKernels

/// The number of threads that matrix products and convolutions use.
public enum KernelThreads {
    /// How many processors the program may run on; a container or `taskset` may leave it fewer than the machine has.
    public static var available: Int { max(Int(ck_processors()), 1) }

    /// Sets the number for everything that runs from now on; at least 1.
    public static func set(_ count: Int) {
        let count = Int32(clamping: max(count, 1))
        cdnn_set_threads(count)
        ck_set_threads(count)
    }
}
