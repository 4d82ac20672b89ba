"""Networks in float16: run in float32, and quantized as they would be in float32."""
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session, sqnr

FLOAT, HALF = TensorProto.FLOAT, TensorProto.FLOAT16
info = helper.make_tensor_value_info


def network(outside, branches=False):
    """Convolutions and a product in float16 between inputs and outputs of the type `outside`."""
    pick = np.random.default_rng(21)
    constants = {"w": pick.standard_normal((8, 3, 3, 3)) / 4, "b": pick.standard_normal(8) / 4,
                 "v": pick.standard_normal((8, 8, 3, 3)) / 6, "u": pick.standard_normal((8, 5)), "half": np.array(0.5)}
    last = [helper.make_node("MatMul", ["features", "u"], ["scores"])]
    if branches:
        graphs = {f"{name}_branch": helper.make_graph(
            [helper.make_node("Constant", [], [f"c{name}"],
                              value=numpy_helper.from_array(np.array(factor, np.float16))),
             helper.make_node("Mul", ["features", f"c{name}"], [f"f{name}"])],
            name, [], [info(f"f{name}", HALF, ["n", 8])]) for name, factor in (("then", 2.0), ("else", 3.0))}
        last = [helper.make_node("ReduceMax", ["features"], ["top"], keepdims=0),
                helper.make_node("Less", ["top", "half"], ["is_small"]),
                helper.make_node("If", ["is_small"], ["scaled"], **graphs),
                helper.make_node("MatMul", ["scaled", "u"], ["scores"])]
    first = [helper.make_node("Cast", ["x", ], ["inner"], to=HALF)] if outside == FLOAT else [
        helper.make_node("Identity", ["x"], ["inner"])]
    nodes = first + [
        helper.make_node("Conv", ["inner", "w", "b"], ["c"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Conv", ["r", "v"], ["d"]), helper.make_node("GlobalAveragePool", ["d"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]), *last,
        helper.make_node("Cast", ["scores"], ["y"], to=outside)]
    graph = helper.make_graph(
        nodes, "g", [info("x", outside, ["n", 3, 8, 8])],
        [info("y", outside, ["n", 5]), info("features", HALF, ["n", 8])],
        [numpy_helper.from_array(value.astype(np.float16), name) for name, value in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.mark.parametrize("branches", [False, True], ids=["plain", "with branches"])
@pytest.mark.parametrize("outside", [FLOAT, HALF], ids=["float32 outside", "float16 outside"])
def test_half_precision_runs_and_is_quantized(onnxq, tmp_path, outside, branches):
    model = network(outside, branches)
    onnx.checker.check_model(model)
    onnx.save(model, tmp_path / "m.onnx")
    dtype = np.float32 if outside == FLOAT else np.float16
    samples = np.random.default_rng(22).standard_normal((32, 3, 8, 8)).astype(dtype)
    np.savez(tmp_path / "x.npz", x=samples)
    judge = session(model)
    expected = np.concatenate([judge.run(None, {"x": sample[None]})[0] for sample in samples]).astype(np.float32)
    onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz")
    with np.load(tmp_path / "y.npz") as got:
        assert got["y"].dtype == dtype and got["features"].dtype == np.float16
        np.testing.assert_allclose(got["y"].reshape(expected.shape).astype(np.float32), expected, rtol=0, atol=0.01)
    done = onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz", "--json")
    assert json.loads(done.stdout)["operators"]["Conv"] == {"quantized": 2, "float": 0}
    quantized = session(tmp_path / "q.onnx")
    results = np.concatenate([quantized.run(None, {"x": sample[None]})[0] for sample in samples])
    assert results.dtype == dtype
    assert sqnr(expected, results) > 25
    onnxq("check", tmp_path / "m.onnx", tmp_path / "q.onnx", "--data", tmp_path / "x.npz", "--min-sqnr", 25)
    onnxq("bench", tmp_path / "m.onnx", "--shape", "x=1x3x8x8", "--runs", 1)
