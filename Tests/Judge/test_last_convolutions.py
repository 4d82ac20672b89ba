"""Convolutions that end a model: runtimes run them on integers only if their result is on a grid."""
import json

import numpy as np
import onnx
import pytest

from builder import Builder
from runtime import session, sqnr

CHANNELS = 16


def network(last_channels, last_kernel, reads_on=False):
    """Three convolutions and a last one, whose result a further one may read."""
    build = Builder(np.random.default_rng(5))

    def convolution(x, channels_in, channels, kernel):
        weight = build.random.normal(size=(channels, channels_in, kernel, kernel)) / (channels_in * kernel ** 2) ** 0.5
        return build.node("Conv", x, build.constant(weight), pads=[kernel // 2] * 4)

    x = build.node("Relu", convolution("x", 3, CHANNELS, 3))
    for _ in range(2):
        x = build.node("Relu", convolution(x, CHANNELS, CHANNELS, 3))
    outputs = [convolution(x, CHANNELS, last_channels, last_kernel)]
    if reads_on:
        outputs.append(build.node("GlobalAveragePool", convolution(outputs[0], last_channels, CHANNELS, 3)))
    return build.finished({"x": ["n", 3, 12, 12]}, outputs)


@pytest.mark.parametrize(
    "form, target, last", [
        (dict(last_channels=2, last_kernel=1), "onnxruntime", "Conv"),
        (dict(last_channels=2, last_kernel=1), "qnn", "DequantizeLinear"),
        (dict(last_channels=8, last_kernel=3), "onnxruntime", "DequantizeLinear"),
        (dict(last_channels=8, last_kernel=3, reads_on=True), "onnxruntime", "DequantizeLinear"),
    ], ids=["hardly any work", "hardly any work, for an accelerator", "much of the work", "a value that is read on"])
def test_a_last_convolution_is_in_float_only_where_95_percent_of_the_work_is_not(form, target, last, onnxq, tmp_path):
    model, random = network(**form), np.random.default_rng(8)
    np.savez(tmp_path / "calib.npz", x=random.normal(size=(32, 3, 12, 12)).astype(np.float32))
    onnx.save(model, tmp_path / "float.onnx")
    done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json",
                 "--target", target)
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] >= 0.95
    quantized = onnx.load(tmp_path / "out.onnx")
    output = model.graph.output[0].name
    assert [node.op_type for node in quantized.graph.node if output in node.output] == [last]
    x = random.normal(size=(16, 3, 12, 12)).astype(np.float32)
    for expected, got in zip(*(session(each).run(None, {"x": x}) for each in (model, quantized))):
        assert sqnr(expected, got) > 30
