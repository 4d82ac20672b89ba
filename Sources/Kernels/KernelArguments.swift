/// Where a kernel finds its tensors: addresses by position, valid for one call.
public struct KernelArguments {
    private let inputs: UnsafeBufferPointer<UnsafeRawPointer?>
    private let outputs: UnsafeBufferPointer<UnsafeMutableRawPointer?>
    /// As many bytes as the kernel asked for, aligned to 64, with no promised contents.
    public let scratch: UnsafeMutableRawPointer

    public init(
        inputs: UnsafeBufferPointer<UnsafeRawPointer?>, outputs: UnsafeBufferPointer<UnsafeMutableRawPointer?>,
        scratch: UnsafeMutableRawPointer
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.scratch = scratch
    }

    /// The elements of input `index`, row-major; the input must be there.
    @inlinable
    public func input<T>(_ index: Int, as type: T.Type = T.self) -> UnsafePointer<T> {
        rawInput(index)!.assumingMemoryBound(to: T.self)
    }

    /// The elements of output `index`, row-major; the output must be there.
    @inlinable
    public func output<T>(_ index: Int, as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
        rawOutput(index)!.assumingMemoryBound(to: T.self)
    }

    /// The bytes of input `index`; `nil` where an optional input is left out.
    public func rawInput(_ index: Int) -> UnsafeRawPointer? { index < inputs.count ? inputs[index] : nil }

    /// The bytes of output `index`; `nil` where an optional output is left out.
    public func rawOutput(_ index: Int) -> UnsafeMutableRawPointer? { index < outputs.count ? outputs[index] : nil }
}
