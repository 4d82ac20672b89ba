"""Networks that compute shapes and positions as they run, as detectors with free extents do, and loops that end elsewhere
once values are rounded: the steps toward accuracy are taken, and nothing fails."""
import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from runtime import session

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
info = helper.make_tensor_value_info


def detector():
    """Two convolutions, and the positions of their output's columns, made by Range and Expand, added to it."""
    pick = np.random.default_rng(5)
    constants = {"w": pick.standard_normal((8, 3, 3, 3)).astype(np.float32) / 3,
                 "v": pick.standard_normal((8, 8, 3, 3)).astype(np.float32) / 5,
                 "b": pick.standard_normal(8).astype(np.float32), "width_axis": np.array(3), "zero": np.float32(0),
                 "one": np.float32(1), "rows": np.array([1, 8, -1])}
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["inner"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["inner"], ["positive"]),
        helper.make_node("Conv", ["positive", "v", "b"], ["maps"], pads=[1, 1, 1, 1]),
        helper.make_node("Shape", ["maps"], ["shape"]),
        helper.make_node("Gather", ["shape", "width_axis"], ["width"]),
        helper.make_node("Cast", ["width"], ["end"], to=FLOAT),
        helper.make_node("Range", ["zero", "end", "one"], ["columns"]),
        helper.make_node("Expand", ["columns", "shape"], ["positions"]),
        helper.make_node("Add", ["maps", "positions"], ["boxes"]),
        helper.make_node("Reshape", ["boxes", "rows"], ["y"])]
    graph = helper.make_graph(
        nodes, "g", [info("x", FLOAT, ["batch", 3, "height", "width"])], [info("y", FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def convert(onnxq, tmp_path, model, samples, *options):
    """The report of a conversion at `balanced`."""
    onnx.save(model, tmp_path / "m.onnx")
    np.savez(tmp_path / "c.npz", x=samples)
    done = onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "c.npz",
                 "--effort", "balanced", "--json", *options)
    return json.loads(done.stdout)


def test_steps_toward_accuracy_pass_positions_that_are_computed(onnxq, tmp_path):
    model, pick = detector(), np.random.default_rng(6)
    report = convert(onnxq, tmp_path, model, pick.standard_normal((32, 3, 12, 10)).astype(np.float32))
    assert report["notes"] == []
    assert any(step["kept"] for step in report["accuracy_steps"])
    sample = pick.standard_normal((1, 3, 12, 10)).astype(np.float32)
    expected, got = (session(tmp_path / name).run(None, {"x": sample})[0] for name in ("m.onnx", "q.onnx"))
    np.testing.assert_allclose(got, expected, rtol=0, atol=0.2)
