"""ONNX Runtime as the judge: sessions that differ only in what the test asks about, and samples as feeds."""
import numpy as np
import onnxruntime


def session(model, optimized=True, threads=1):
    """A CPU session on a path, on bytes or on a ModelProto; without optimization every node runs as it is written.

    Version 1.32 otherwise rounds the float operand of a product by int8 weights to 8 bits, which no node says.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")
    options.intra_op_num_threads = threads
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimized else level.ORT_DISABLE_ALL
    if hasattr(model, "SerializeToString"):
        model = model.SerializeToString()
    return onnxruntime.InferenceSession(model if isinstance(model, bytes) else str(model), options,
                                        providers=["CPUExecutionProvider"])


def sqnr(expected, got):
    """The ratio of signal to quantization noise of an array, in dB."""
    expected, got = np.asarray(expected, np.float64), np.asarray(got, np.float64)
    return 10 * np.log10((expected ** 2).sum() / ((expected - got) ** 2).sum())


def arrays(path):
    """The arrays of a `.npz`, each inflated once."""
    with np.load(path) as file:
        return {name: file[name] for name in file.files}
