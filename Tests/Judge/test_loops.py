"""Loops, with which exporters write what follows a detector: run as ONNX Runtime runs them, and left float by convert."""
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
info = helper.make_tensor_value_info


def loop(most, least, nested=False):
    """A network whose features a Loop adds up, at most `most` times (None: no bound), while their sum is below `least`.

    The body collects each sum, reads a value of the graph around it and, `nested`, has a branch of its own.
    """
    body = [
        helper.make_node("Add", ["sum", "features"], ["more"]),
        helper.make_node("ReduceMax", ["more"], ["top"], keepdims=0),
        helper.make_node("Less", ["top", "least"], ["on"])]
    if nested:
        branches = {f"{name}_branch": helper.make_graph(
            [helper.make_node(kind, ["more"], [f"{name}_value"])], name, [], [info(f"{name}_value", FLOAT, None)])
            for name, kind in (("then", "Neg"), ("else", "Abs"))}
        body.append(helper.make_node("If", ["on"], ["left"], **branches))
    else:
        body.append(helper.make_node("Identity", ["more"], ["left"]))
    graph = helper.make_graph(
        body, "body", [info("round", INT64, []), info("before", BOOL, []), info("sum", FLOAT, [1, 8])],
        [info("on", BOOL, []), info("more", FLOAT, [1, 8]), info("left", FLOAT, [1, 8])],
        [numpy_helper.from_array(np.float32(least), "least")])
    pick = np.random.default_rng(3)
    constants = [numpy_helper.from_array((pick.standard_normal((8, 3, 3, 3)) / 3).astype(np.float32), "w"),
                 numpy_helper.from_array(np.array(True), "yes"),
                 numpy_helper.from_array(np.zeros((1, 8), np.float32), "zero")]
    if most is not None:
        constants.append(numpy_helper.from_array(np.array(most), "most"))
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["maps"]), helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Loop", ["" if most is None else "most", "yes", "zero"], ["total", "all"], body=graph)]
    whole = helper.make_graph(nodes, "g", [info("x", FLOAT, [1, 3, 8, 8])],
                              [info("total", FLOAT, [1, 8]), info("all", FLOAT, ["rounds", 1, 8])], constants)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


FORMS = {"counted": (5, 1e9), "ended by its condition": (100, 2.0),
         "without a bound": (None, 3.0), "never run": (0, 1e9)}


@pytest.mark.parametrize("nested", [False, True], ids=["plain", "with a branch"])
@pytest.mark.parametrize("form", FORMS)
def test_a_loop_runs_as_in_the_runtime_and_survives_conversion(onnxq, tmp_path, form, nested):
    model = loop(*FORMS[form], nested=nested)
    onnx.checker.check_model(model)
    onnx.save(model, tmp_path / "m.onnx")
    samples = np.random.default_rng(4).standard_normal((4, 1, 3, 8, 8)).astype(np.float32)
    for number, sample in enumerate(samples):
        np.savez(tmp_path / "x.npz", x=sample)
        onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz")
        expected = session(model).run(None, {"x": sample})
        with np.load(tmp_path / "y.npz") as got:
            for name, array in zip(("total", "all"), expected):
                assert got[name].size == array.size, (number, name)
                np.testing.assert_allclose(got[name].reshape(array.shape), array, rtol=1e-5, atol=1e-6)
    np.savez(tmp_path / "c.npz", x=samples[:, 0])
    onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "c.npz")
    quantized = session(tmp_path / "q.onnx").run(None, {"x": samples[0]})[0]
    np.testing.assert_allclose(quantized, session(model).run(None, {"x": samples[0]})[0], rtol=0.2, atol=0.1)


def test_a_loop_whose_body_does_not_fit_is_refused_in_words(onnxq, tmp_path):
    model = loop(3, 1e9)
    del model.graph.node[-1].input[2]
    onnx.save(model, tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=np.zeros((1, 3, 8, 8), np.float32))
    done = onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
                 exit_code=65)
    assert "Loop" in done.stderr
