"""Attention whose products are written as Einsums is quantized like any other; ONNX Runtime judges."""
import json

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from runtime import session, sqnr

WIDTH, HEADS, DEPTH = 128, 4, 32


@pytest.fixture
def attention(tmp_path):
    """Self-attention with weights of several axes, and samples of it."""
    random = np.random.default_rng(5)
    shapes = dict.fromkeys(["wq", "wk", "wv"], (WIDTH, HEADS, DEPTH)) | {"wo": (HEADS, DEPTH, WIDTH)}
    weights = {name: random.normal(size=shape).astype(np.float32) / 12 for name, shape in shapes.items()}

    def einsum(equation, a, b, result):
        return helper.make_node("Einsum", [a, b], [result], result, equation=equation)

    nodes = [
        einsum("abc,cde->abde", "x", "wq", "q"), einsum("abc,cde->abde", "x", "wk", "k"),
        einsum("abc,cde->abde", "x", "wv", "v"), einsum("aecd,abcd->acbe", "k", "q", "scores"),
        helper.make_node("Softmax", ["scores"], ["p"], axis=-1),
        einsum("acbe,aecd->abcd", "p", "v", "context"), einsum("abcd,cde->abe", "context", "wo", "y"),
    ]
    graph = helper.make_graph(
        nodes, "attention", [helper.make_tensor_value_info("x", 1, ["batch", "sequence", WIDTH])],
        [helper.make_tensor_value_info("y", 1, ["batch", "sequence", WIDTH])],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()])
    model = tmp_path / "attention.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), model)
    np.savez(tmp_path / "samples.npz", x=random.normal(size=(32, 12, WIDTH)).astype(np.float32))
    return model, tmp_path / "samples.npz"


def test_products_written_as_einsums_are_quantized(onnxq, attention, tmp_path):
    model, samples = attention
    done = onnxq("convert", model, tmp_path / "quantized.onnx", "--calib", samples, "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] >= 0.95
    quantized = onnx.load(tmp_path / "quantized.onnx")
    assert not any(node.op_type == "Einsum" for node in quantized.graph.node)
    assert sum(i.data_type == onnx.TensorProto.INT8 and len(i.dims) == 2 for i in quantized.graph.initializer) == 4
    x = np.random.default_rng(6).normal(size=(2, 9, WIDTH)).astype(np.float32)
    expected, got = (session(onnx.load(m)).run(None, {"x": x})[0] for m in (model, tmp_path / "quantized.onnx"))
    assert sqnr(expected, got) > 30


def test_a_sum_that_is_no_matrix_product_counts_as_float_work(onnxq, tmp_path):
    weights = numpy_helper.from_array(np.ones((6, 4), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Einsum", ["x", "w"], ["y"], equation="nij,ij->ij")], "sum",
        [helper.make_tensor_value_info("x", 1, ["n", 6, 4])], [helper.make_tensor_value_info("y", 1, [6, 4])], [weights])
    model = tmp_path / "sum.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), model)
    counted = json.loads(onnxq("inspect", model, "--json").stdout)["multiply_accumulates"]
    assert counted["total"] == 24 and counted["integer"] == 0


def test_positions_expanded_to_the_batch_are_multiplied_on_integers(onnxq, tmp_path):
    """As in XLNet: a product whose data hang on the extents alone, which an Expand brings to the batch's."""
    random = np.random.default_rng(7)
    floats = {"table": random.normal(size=(12, 1, WIDTH)), "wr": random.normal(size=(WIDTH, HEADS, DEPTH)) / 12,
              "w": random.normal(size=(WIDTH, HEADS * DEPTH)) / 12}
    integers = {"zero": [0], "one": [1], "minus": [-1], "heads": [HEADS * DEPTH]}
    graph = helper.make_graph(
        [
            helper.make_node("Shape", ["x"], ["shape"]), helper.make_node("Slice", ["shape", "zero", "one"], ["batch"]),
            helper.make_node("Concat", ["minus", "batch", "minus"], ["wanted"], axis=0),
            helper.make_node("Equal", ["wanted", "minus"], ["kept"]),
            helper.make_node("Where", ["kept", "one", "wanted"], ["extents"]),
            helper.make_node("Expand", ["table", "extents"], ["positions"]),
            helper.make_node("Einsum", ["positions", "wr"], ["r"], equation="ibh,hnd->bind"),
            helper.make_node("MatMul", ["x", "w"], ["q"]),
            helper.make_node("Concat", ["batch", "minus", "heads"], ["flat"], axis=0),
            helper.make_node("Reshape", ["r", "flat"], ["s"]), helper.make_node("Mul", ["q", "s"], ["y"]),
        ], "positions", [helper.make_tensor_value_info("x", 1, ["batch", 12, WIDTH])],
        [helper.make_tensor_value_info("y", 1, ["batch", 12, WIDTH])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in floats.items()]
        + [numpy_helper.from_array(np.array(v, np.int64), k) for k, v in integers.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "calib.npz", x=random.normal(size=(16, 12, WIDTH)).astype(np.float32))
    done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] == 1
    x = random.normal(size=(3, 12, WIDTH)).astype(np.float32)
    expected, got = (session(m).run(None, {"x": x})[0].astype(np.float64)
                     for m in (model, onnx.load(tmp_path / "out.onnx")))
    assert sqnr(expected, got) > 30


def test_a_value_read_by_a_float_product_and_by_a_quantized_one_keeps_its_grid(onnxq, tmp_path):
    """As in a BoTNet: queries go to the keys, a product left in float, and by a Transpose to the positions' weight."""
    random = np.random.default_rng(8)
    floats = {"w": random.normal(size=(2 * DEPTH, 512)) / 24, "wide": random.normal(size=(512, 64, 3, 3)) / 24,
              "positions": random.normal(size=(DEPTH, 11)) / 6}
    integers = {"parts": [DEPTH, DEPTH], "rows": [0, DEPTH, 16]}
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "wide"], ["features"], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["features"], ["kept"]),
            helper.make_node("Reshape", ["w", "kernel"], ["pointwise"]),
            helper.make_node("Conv", ["kept", "pointwise"], ["qk"]),
            helper.make_node("Split", ["qk", "parts"], ["q", "k"], axis=1),
            helper.make_node("Reshape", ["q", "rows"], ["q_rows"]), helper.make_node("Reshape", ["k", "rows"], ["keys"]),
            helper.make_node("Transpose", ["q_rows"], ["queries"], perm=[0, 2, 1]),
            helper.make_node("MatMul", ["queries", "keys"], ["scores"]),
            helper.make_node("MatMul", ["queries", "positions"], ["bias"]),
            helper.make_node("Concat", ["scores", "bias"], ["y"], axis=2),
        ], "queries", [helper.make_tensor_value_info("x", 1, ["n", 64, 4, 4])],
        [helper.make_tensor_value_info("y", 1, ["n", 16, 27])],
        [numpy_helper.from_array(v.astype(np.float32), k) for k, v in floats.items()]
        + [numpy_helper.from_array(np.array(v, np.int64), k)
           for k, v in (integers | {"kernel": [2 * DEPTH, 512, 1, 1]}).items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "calib.npz", x=random.normal(size=(16, 64, 4, 4)).astype(np.float32))
    for effort in ["fast", "balanced"]:
        onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz",
              "--effort", effort)
        x = random.normal(size=(3, 64, 4, 4)).astype(np.float32)
        expected, got = (session(m).run(None, {"x": x})[0].astype(np.float64)
                         for m in (model, onnx.load(tmp_path / "out.onnx")))
        assert sqnr(expected, got) > 25
