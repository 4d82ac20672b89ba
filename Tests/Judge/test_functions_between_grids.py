"""Functions between convolutions, as hard swishes, keep channels of very different size apart; ONNX Runtime judges."""
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from runtime import session, sqnr

CHANNELS = 24
SEED = 11


def hard_swish(x, y):
    return [helper.make_node("HardSwish", [x], [y])]


def spelled_hard_swish(x, y):
    return [helper.make_node("Add", [x, "three"], [y + "_a"]), helper.make_node("Clip", [y + "_a", "zero", "six"], [y + "_c"]),
            helper.make_node("Mul", [x, y + "_c"], [y + "_m"]), helper.make_node("Div", [y + "_m", "six"], [y])]


def swish(x, y):
    return [helper.make_node("Sigmoid", [x], [y + "_s"]), helper.make_node("Mul", [x, y + "_s"], [y])]


def network(function, axes):
    """1x1 convolution, function, depthwise convolution, function, 1x1 convolution; the channels differ a hundredfold."""
    random = np.random.default_rng(SEED)
    spread = np.geomspace(0.1, 10, CHANNELS).astype(np.float32)
    mix, depthwise, last = (random.normal(size=s).astype(np.float32) for s in (
        (CHANNELS, 3, *[1] * axes), (CHANNELS, 1, *[3] * axes), (8, CHANNELS, *[1] * axes)))
    spread = spread.reshape(-1, *[1] * (axes + 1))
    constants = {
        "mix": mix * spread, "mix_b": random.normal(size=CHANNELS).astype(np.float32),
        "depthwise": depthwise / spread, "depthwise_b": np.zeros(CHANNELS, np.float32),
        "last": last, "three": np.float32(3), "zero": np.float32(0), "six": np.float32(6),
    }
    nodes = [
        helper.make_node("Conv", ["image", "mix", "mix_b"], ["a"]), *function("a", "b"),
        helper.make_node("Conv", ["b", "depthwise", "depthwise_b"], ["c"], group=CHANNELS, pads=[1] * 2 * axes),
        *function("c", "d"), helper.make_node("Conv", ["d", "last"], ["out"]),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("image", 1, ["n", 3, *[16] * axes])],
        [helper.make_tensor_value_info("out", 1, ["n", 8, *[16] * axes])],
        [numpy_helper.from_array(v, k) for k, v in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)


def images(seed, model):
    axes = len(model.graph.input[0].type.tensor_type.shape.dim) - 2
    return np.random.default_rng(seed).normal(size=(32, 3, *[16] * axes)).astype(np.float32)


def ratio(model, quantized, data):
    u, v = (session(m).run(None, {"image": data})[0] for m in (model, quantized))
    return sqnr(u, v)


@pytest.fixture(params=[(f, axes) for f in (hard_swish, spelled_hard_swish, swish) for axes in (1, 2)],
                ids=lambda p: f"{p[0].__name__}-{p[1]}d")
def example(request, tmp_path):
    model = network(*request.param)
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "calib.npz", image=images(1, model))
    return model, tmp_path


def convert(onnxq, folder, *options):
    onnxq("convert", folder / "float.onnx", folder / "out.onnx", "--calib", folder / "calib.npz", *options)
    return onnx.load(folder / "out.onnx")


def count(model, operator):
    return sum(node.op_type == operator for node in model.graph.node)


def test_channels_of_different_size_around_a_function_get_all_of_their_grid(onnxq, example):
    model, folder = example
    fast = convert(onnxq, folder, "--effort", "fast")
    balanced = convert(onnxq, folder)
    assert ratio(model, balanced, images(2, model)) > ratio(model, fast, images(2, model)) + 6


def test_a_function_is_rounded_once_and_at_every_operator_for_an_accelerator(onnxq, example):
    _, folder = example
    processor = convert(onnxq, folder, "--effort", "fast")
    accelerator = convert(onnxq, folder, "--effort", "fast", "--target", "qnn")
    # The input, and what the three convolutions and either function give.
    assert count(processor, "QuantizeLinear") == 6
    spelled = count(processor, "HardSwish") == 0
    assert (count(accelerator, "QuantizeLinear") > 6) == (spelled and count(processor, "Div") == 0)


def test_a_swish_between_plain_convolutions_works_on_integers(onnxq, tmp_path):
    """ONNX Runtime has both of its operators there, and takes less time for them than for the conversions around them."""
    model = network(swish, 2)
    [depthwise] = [node for node in model.graph.node if any(a.name == "group" for a in node.attribute)]
    [weight] = [tensor for tensor in model.graph.initializer if tensor.name == depthwise.input[1]]
    plain = np.random.default_rng(5).normal(0, 1 / 20, size=(CHANNELS, CHANNELS, 3, 3)).astype(np.float32)
    weight.CopyFrom(numpy_helper.from_array(plain, weight.name))
    depthwise.attribute.remove(next(a for a in depthwise.attribute if a.name == "group"))
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "calib.npz", image=images(1, model))
    out = convert(onnxq, tmp_path)
    # The input; what either convolution gives, its sigmoid, and their product.
    assert count(out, "QuantizeLinear") == 7
    assert ratio(model, out, images(2, model)) > 30


def test_both_modes_compute_what_the_file_says(onnxq, example):
    model, folder = example
    convert(onnxq, folder)
    np.savez(folder / "data.npz", image=images(3, model)[:4])
    for mode, optimized in (("literal", False), ("integer", True)):
        onnxq("run", folder / "out.onnx", "--input", folder / "data.npz", "--output", folder / "y.npz", "--mode", mode)
        [ours] = np.load(folder / "y.npz").values()
        theirs = session(folder / "out.onnx", optimized).run(None, {"image": images(3, model)[:4]})[0]
        assert np.abs(ours.reshape(theirs.shape) - theirs).max() <= 1e-5 * np.abs(theirs).max()
