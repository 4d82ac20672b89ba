internal import CDNN

/// The number of threads that matrix products and convolutions use.
public enum KernelThreads {
    /// Sets the number for everything that runs from now on; at least 1.
    public static func set(_ count: Int) { cdnn_set_threads(Int32(clamping: max(count, 1))) }
}
