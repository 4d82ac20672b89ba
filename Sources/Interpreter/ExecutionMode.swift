/// How a model is executed.
public enum ExecutionMode: String, Sendable, CaseIterable {
    /// Every node as the ONNX specification words it.
    case literal
    /// Quantize/dequantize islands as integer kernels, the way runtimes fuse them, and float operators together with
    /// what follows them where that is faster.
    case integer
}
