"""Weights that a network computes from others are weights like any other."""
import json

import numpy as np
import onnx
from onnx import helper, numpy_helper

from runtime import session, sqnr

CHANNELS = 288


def test_weights_normalized_in_every_run_are_quantized(onnxq, tmp_path):
    """Two convolutions, the first with a weight of more than a MiB that has mean 0 and variance 1 in each channel."""
    random = np.random.default_rng(4)
    constants = {
        "w": random.normal(0.3, 2, size=(CHANNELS, CHANNELS, 3, 3)), "gain": random.uniform(0.01, 0.03, CHANNELS),
        "zeros": np.zeros(CHANNELS), "ones": np.ones(CHANNELS), "v": random.normal(size=(8, CHANNELS, 1, 1)) / 8,
    }
    shapes = {"rows": [1, CHANNELS, -1], "kernel": [CHANNELS, CHANNELS, 3, 3]}
    graph = helper.make_graph(
        [
            helper.make_node("Reshape", ["w", "rows"], ["as_rows"]),
            helper.make_node(
                "BatchNormalization", ["as_rows", "gain", "zeros", "zeros", "ones"], ["unit", "mean", "variance"],
                training_mode=1, epsilon=1e-6, momentum=1.0),
            helper.make_node("Reshape", ["unit", "kernel"], ["weight"]),
            helper.make_node("Conv", ["x", "weight"], ["a"], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["a"], ["b"]), helper.make_node("Conv", ["b", "v"], ["y"]),
        ], "normalized", [helper.make_tensor_value_info("x", 1, ["n", CHANNELS, 6, 6])],
        [helper.make_tensor_value_info("y", 1, ["n", 8, 6, 6])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in constants.items()]
        + [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in shapes.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.save(model, tmp_path / "float.onnx")
    data = random.normal(size=(16, CHANNELS, 6, 6)).astype(np.float32)
    np.savez(tmp_path / "calib.npz", x=data)
    done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] > 0.99
    quantized = onnx.load(tmp_path / "out.onnx")
    assert all(node.op_type != "BatchNormalization" for node in quantized.graph.node)
    x = random.normal(size=(4, CHANNELS, 6, 6)).astype(np.float32)
    expected, got = (session(m).run(None, {"x": x})[0] for m in (model, quantized))
    assert sqnr(expected, got) > 30


def test_a_table_multiplied_head_by_head_is_quantized(onnxq, tmp_path):
    """As in DeBERTa: positions go through a product of constants and apart into heads, each a matrix of its own."""
    random = np.random.default_rng(9)
    constants = {"table": random.normal(size=(20, 32)), "w": random.normal(size=(32, 64)) / 6,
                 "v": random.normal(size=(64, 64)) / 8}
    shapes = {"parts": [1, 20, 4, 16], "apart": [-1, 24, 4, 16]}
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["table", "w"], ["projected"]),
            helper.make_node("Reshape", ["projected", "parts"], ["in_heads"]),
            helper.make_node("Transpose", ["in_heads"], ["keys"], perm=[0, 2, 3, 1]),
            helper.make_node("MatMul", ["x", "v"], ["q"]), helper.make_node("Reshape", ["q", "apart"], ["q_heads"]),
            helper.make_node("Transpose", ["q_heads"], ["queries"], perm=[0, 2, 1, 3]),
            helper.make_node("MatMul", ["queries", "keys"], ["y"]),
        ], "heads", [helper.make_tensor_value_info("x", 1, ["n", 24, 64])],
        [helper.make_tensor_value_info("y", 1, ["n", 4, 24, 20])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in constants.items()]
        + [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in shapes.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "calib.npz", x=random.normal(size=(16, 24, 64)).astype(np.float32))
    done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] == 1
    x = random.normal(size=(3, 24, 64)).astype(np.float32)
    expected, got = (session(m).run(None, {"x": x})[0]
                     for m in (model, onnx.load(tmp_path / "out.onnx")))
    assert sqnr(expected, got) > 30
