/// How a model is executed.
public enum ExecutionMode: String, Sendable, CaseIterable {
    /// Every node as the ONNX specification words it.
    case literal
    /// Quantize/dequantize islands as integer kernels, the way runtimes fuse them; all else as `literal`.
    case integer
}
