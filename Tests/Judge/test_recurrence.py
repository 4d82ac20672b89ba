"""Layers of LSTM, GRU and RNN of random form: the numbers of ONNX Runtime, and a network of them converted."""
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session, sqnr

SEEDS = range(30)
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
DEFAULTS = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}


def info(name, array):
    kinds = {"f": TensorProto.FLOAT, "i": TensorProto.INT32}
    return helper.make_tensor_value_info(name, kinds[array.dtype.kind], array.shape)


def layer(kind, seed):
    """A model of one layer and its inputs: every form that the operator has, by chance."""
    pick = np.random.default_rng(seed)
    steps, batch, width, hidden = (int(n) for n in pick.integers(1, 9, 4))
    direction = str(pick.choice(["forward", "reverse", "bidirectional"]))
    count, gates = 1 + (direction == "bidirectional"), GATES[kind]

    def numbers(*extents):
        return pick.standard_normal(extents).astype(np.float32)

    weights = {"w": numbers(count, gates * hidden, width), "r": numbers(count, gates * hidden, hidden)}
    feeds, names = {"x": numbers(steps, batch, width)}, ["x", "w", "r"]

    def add(name, array, chance=0.5, constant=False):
        if pick.random() < chance:
            (weights if constant else feeds)[name] = array
            names.append(name)
        else:
            names.append("")

    add("b", numbers(count, 2 * gates * hidden), constant=True)
    add("lengths", pick.integers(1, steps + 1, batch).astype(np.int32))
    add("state", numbers(count, batch, hidden))
    if kind == "LSTM":
        add("memory", numbers(count, batch, hidden))
        add("peepholes", numbers(count, 3 * hidden), constant=True)
    attributes = {"direction": direction, "hidden_size": hidden}
    if kind == "GRU":
        attributes["linear_before_reset"] = int(pick.integers(0, 2))
    if pick.random() < 0.3:
        attributes["clip"] = 0.5
    if pick.random() < 0.3:
        attributes["activations"] = (["HardSigmoid"] + DEFAULTS[kind][1:] if kind != "RNN" else ["Relu"]) * count
    outputs = ["y", "last"] + (["kept"] if kind == "LSTM" else [])
    node = helper.make_node(kind, names, outputs, **attributes)
    graph = helper.make_graph(
        [node], "layer", [info(name, array) for name, array in feeds.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), feeds


@pytest.mark.parametrize("kind", GATES)
def test_every_form_of_a_layer_gives_the_numbers_of_the_runtime(onnxq, tmp_path, kind):
    for seed in SEEDS:
        model, feeds = layer(kind, seed)
        onnx.save(model, tmp_path / "m.onnx")
        expected = session(model).run(None, feeds)
        np.savez(tmp_path / "x.npz", **{name: array[None] for name, array in feeds.items()})
        onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz")
        with np.load(tmp_path / "y.npz") as results:
            for name, array in zip([output.name for output in model.graph.output], expected):
                np.testing.assert_allclose(
                    results[name].reshape(array.shape), array, atol=2e-5, rtol=1e-4, err_msg=f"seed {seed} {name}")


def test_a_text_reader_of_convolutions_and_an_lstm_converts(onnxq, tmp_path):
    pick = np.random.default_rng(7)

    def weight(name, *extents):
        return numpy_helper.from_array((pick.standard_normal(extents) / 4).astype(np.float32), name)

    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["c"], strides=[4, 1], pads=[0, 1, 0, 1]),
        helper.make_node("Relu", ["c"], ["maps"]),
        helper.make_node("Squeeze", ["maps", "height"], ["columns"]),
        helper.make_node("Transpose", ["columns"], ["steps"], perm=[2, 0, 1]),
        helper.make_node("LSTM", ["steps", "w", "r"], ["y"], hidden_size=12, direction="bidirectional"),
        helper.make_node("Transpose", ["y"], ["sides"], perm=[2, 0, 1, 3]),
        helper.make_node("Reshape", ["sides", "rows"], ["features"]),
        helper.make_node("MatMul", ["features", "letters"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["text"], axis=2)]
    constants = [
        weight("kernel", 16, 3, 4, 3), weight("w", 2, 48, 16), weight("r", 2, 48, 12), weight("letters", 24, 10),
        numpy_helper.from_array(np.array([2]), "height"), numpy_helper.from_array(np.array([0, -1, 24]), "rows")]
    graph = helper.make_graph(
        nodes, "reader", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 4, 30])],
        [helper.make_tensor_value_info("text", TensorProto.FLOAT, [1, 30, 10])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.save(model, tmp_path / "m.onnx")
    samples = pick.standard_normal((8, 3, 4, 30)).astype(np.float32)
    np.savez(tmp_path / "x.npz", x=samples)
    onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz")
    for sample in samples:
        expected, got = (session(m).run(None, {"x": sample[None]})[0] for m in (model, tmp_path / "q.onnx"))
        assert sqnr(expected, got) > 30
