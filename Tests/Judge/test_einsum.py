"""Attention whose products are written as Einsums is quantized like any other; ONNX Runtime judges."""
import json

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from runtime import session

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
    assert 10 * np.log10((expected ** 2).sum() / ((expected - got) ** 2).sum()) > 30


def test_a_sum_that_is_no_matrix_product_counts_as_float_work(onnxq, tmp_path):
    weights = numpy_helper.from_array(np.ones((6, 4), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Einsum", ["x", "w"], ["y"], equation="nij,ij->ij")], "sum",
        [helper.make_tensor_value_info("x", 1, ["n", 6, 4])], [helper.make_tensor_value_info("y", 1, [6, 4])], [weights])
    model = tmp_path / "sum.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), model)
    counted = json.loads(onnxq("inspect", model, "--json").stdout)["multiply_accumulates"]
    assert counted["total"] == 24 and counted["integer"] == 0
