"""Where few samples reach far, ranges between the extremes serve the outputs better than those of least squared error."""
import json

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from runtime import session, sqnr

WIDTHS = [32, 32, 32, 5]


def network(probabilities):
    """Three products with a Relu between; the last gives scores, or probabilities. They hang on the first input most."""
    random = np.random.default_rng(3)
    weights = {f"w{i}": random.normal(size=s).astype(np.float32) / np.float32(s[0] ** 0.5)
               for i, s in enumerate(zip(WIDTHS, WIDTHS[1:]))}
    own = np.arange(WIDTHS[1]) < 4
    weights["w0"] *= own == (np.arange(WIDTHS[0]) < 1)[:, None]
    weights["w1"] *= np.where(own, 1, 0.05).astype(np.float32)[:, None]
    nodes = [
        helper.make_node("MatMul", ["x", "w0"], ["a"]), helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "w1"], ["c"]), helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("MatMul", ["d", "w2"], ["scores"]),
        helper.make_node("Softmax" if probabilities else "Identity", ["scores"], ["out"]),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", 1, ["n", WIDTHS[0]])],
        [helper.make_tensor_value_info("out", 1, ["n", WIDTHS[-1]])],
        [numpy_helper.from_array(v, k) for k, v in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def samples(seed, few_reach_far):
    random = np.random.default_rng(seed)
    rows = random.uniform(-1, 1, size=(512, WIDTHS[0]))
    if few_reach_far:
        few = np.arange(512) % 64 == 7
        rows[few, 0] = 12 * np.sign(rows[few, 0]) * (0.9 + 0.1 * np.abs(rows[few, 0]))
    return rows.astype(np.float32)


def convert(onnxq, folder, model, data, *options):
    """The quantized model, and what the report says of the choice: `None` where there was none."""
    onnx.save(model, folder / "float.onnx")
    np.savez(folder / "calib.npz", x=data)
    done = onnxq("convert", folder / "float.onnx", folder / "out.onnx", "--calib", folder / "calib.npz", "--json", *options)
    steps = {step["name"]: step for step in json.loads(done.stdout)["accuracy_steps"]}
    return onnx.load(folder / "out.onnx"), steps.get("range-choice")


def ratio(model, quantized, data):
    u, v = (session(m).run(None, {"x": data})[0] for m in (model, quantized))
    return sqnr(u, v)


@pytest.mark.parametrize("effort", ["fast", "balanced"])
def test_scores_of_samples_that_reach_far_are_not_cut_off(onnxq, tmp_path, effort):
    model, others = network(probabilities=False), samples(104, few_reach_far=True)
    cut, none = convert(onnxq, tmp_path, model, samples(4, True), "--effort", effort, "--method", "mse")
    whole, choice = convert(onnxq, tmp_path, model, samples(4, True), "--effort", effort)
    assert none is None
    assert choice["kept"] and choice["gain_db"] > 0.2
    assert ratio(model, whole, others) > ratio(model, cut, others) + 1


def test_a_method_asked_for_is_what_is_used(onnxq, tmp_path):
    model, data = network(probabilities=False), samples(4, few_reach_far=True)
    for method in ["minmax", "percentile", "entropy", "mse"]:
        assert convert(onnxq, tmp_path, model, data, "--method", method)[1] is None


def test_the_least_squared_error_stays_where_it_serves_as_well(onnxq, tmp_path):
    model, data = network(probabilities=False), samples(4, few_reach_far=False)
    chosen, choice = convert(onnxq, tmp_path, model, data, "--effort", "fast")
    plain, _ = convert(onnxq, tmp_path, model, data, "--effort", "fast", "--method", "mse")
    assert choice is not None and not choice["kept"]
    assert chosen.SerializeToString() == plain.SerializeToString()


def test_probabilities_and_few_samples_cannot_tell(onnxq, tmp_path):
    scores, data = network(probabilities=False), samples(4, few_reach_far=True)
    assert convert(onnxq, tmp_path, network(probabilities=True), data, "--effort", "fast")[1] is None
    assert convert(onnxq, tmp_path, scores, data[:31], "--effort", "fast")[1] is None
    assert convert(onnxq, tmp_path, scores, data[:32], "--effort", "fast")[1] is not None
