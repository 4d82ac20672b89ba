"""Constant weights of fewer than 8 bits run on integers, and give what ONNX Runtime gives."""
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session

KINDS = {"int4": (TensorProto.INT4, -7, 7, 0), "uint4": (TensorProto.UINT4, 0, 15, 8)}


def model(kind, operator):
    """A convolution or a matrix product of quantized activations by `kind` weights, and an input for it."""
    element_type, least, greatest, zero = KINDS[kind]
    random = np.random.default_rng(5)
    shape, axis, x = {"Conv": ((8, 4, 3, 3), 0, (1, 4, 9, 9)), "MatMul": ((21, 5), 1, (7, 21))}[operator]
    channels = shape[axis]
    constants = [
        helper.make_tensor("w_q", element_type, shape, random.integers(least, greatest, np.prod(shape), endpoint=True)),
        helper.make_tensor("w_z", element_type, [channels], [zero] * channels),
        numpy_helper.from_array(random.uniform(0.01, 0.1, channels).astype(np.float32), "w_s"),
        *(numpy_helper.from_array(np.float32(scale), name) for name, scale in [("x_s", 0.02), ("y_s", 0.05)]),
        *(numpy_helper.from_array(np.uint8(value), name) for name, value in [("x_z", 120), ("y_z", 128)]),
    ]
    nodes = [
        helper.make_node("DequantizeLinear", ["w_q", "w_s", "w_z"], ["w"], axis=axis),
        helper.make_node("QuantizeLinear", ["x", "x_s", "x_z"], ["x_q"]),
        helper.make_node("DequantizeLinear", ["x_q", "x_s", "x_z"], ["x_d"]),
        helper.make_node(operator, ["x_d", "w"], ["sum"], name="product"),
        helper.make_node("QuantizeLinear", ["sum", "y_s", "y_z"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "narrow", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x)],
        [helper.make_tensor_value_info("y", TensorProto.UINT8, None)], constants)
    result = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return result, random.standard_normal(x).astype(np.float32)


@pytest.mark.parametrize("operator", ["Conv", "MatMul"])
@pytest.mark.parametrize("kind", KINDS)
def test_narrow_weights(onnxq, tmp_path, kind, operator):
    narrow, x = model(kind, operator)
    onnx.save(narrow, tmp_path / "narrow.onnx")
    np.savez(tmp_path / "x.npz", x=x[None] if operator == "MatMul" else x)
    [want] = session(narrow, optimized=False).run(None, {"x": x})
    for mode, most in [("literal", 0), ("integer", 1)]:
        onnxq("run", tmp_path / "narrow.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz", "--mode",
              mode)
        with np.load(tmp_path / "y.npz") as results:
            got = results["y"].reshape(want.shape)
        assert np.abs(got.astype(int) - want.astype(int)).max() <= most, mode
    profile = onnxq("bench", tmp_path / "narrow.onnx", "--runs", 1, "--profile").stdout
    assert {"Conv": "QLinearConv", "MatMul": "QLinearMatMul"}[operator] in profile
