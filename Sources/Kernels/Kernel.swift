/// A prepared operator: everything decided that can be, ready to run any number of times without allocating.
public struct Kernel: Sendable {
    /// How the outputs relate to the inputs' memory.
    public enum Storage: Sendable, Hashable {
        /// Every output has memory of its own.
        case separate
        /// Output 0 may be written over any one of these inputs, which have its size and element width.
        case mayOverwrite([Int])
        /// Output 0 is input `of`, byte for byte: nothing needs to run.
        case view(of: Int)
    }

    public var storage: Storage
    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int
    /// Computes the outputs. Throws where an input's values are out of the operator's domain.
    public var run: @Sendable (KernelArguments) throws -> Void

    public init(
        storage: Storage = .separate, scratchBytes: Int = 0,
        run: @escaping @Sendable (KernelArguments) throws -> Void
    ) {
        self.storage = storage
        self.scratchBytes = scratchBytes
        self.run = run
    }

    /// A kernel whose output 0 is input `of` under another shape.
    public static func view(of input: Int = 0) -> Kernel { Kernel(storage: .view(of: input)) { _ in } }
}
