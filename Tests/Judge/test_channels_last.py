"""Networks written with channels last, as TensorFlow's exporter leaves them: Transposes around every convolution."""
import json

import numpy as np
import onnx
import pytest

from builder import Builder
from runtime import session, sqnr

LAST, FIRST = [0, 2, 3, 1], [0, 3, 1, 2]
CHANNELS = 16


class Network(Builder):
    """A network of inverted residual blocks, the same numbers with channels first or last between convolutions."""

    def __init__(self, is_last):
        super().__init__(np.random.default_rng(3))
        self.is_last = is_last

    def per_channel(self, low, high, channels):
        numbers = self.random.uniform(low, high, channels)
        return self.constant(numbers if self.is_last else numbers.reshape(-1, 1, 1))

    def convolution(self, x, channels_in, channels, kernel=1, group=1):
        """A convolution and what a normalization leaves: a factor and a bias for each channel."""
        count = channels_in // group * kernel ** 2
        weight = self.constant(self.random.normal(size=(channels, channels_in // group, kernel, kernel)) / count ** 0.5)
        pads = [kernel // 2] * 4
        x = self.node("Transpose", x, perm=FIRST) if self.is_last else x
        x = self.node("Conv", x, weight, pads=pads, group=group)
        x = self.node("Transpose", x, perm=LAST) if self.is_last else x
        x = self.node("Mul", x, self.per_channel(0.2, 2, channels))
        return self.node("Add", x, self.per_channel(-0.5, 0.5, channels))

    def hard_swish(self, x):
        clipped = self.node("Clip", self.node("Add", x, self.constant(3.0)), self.constant(0.0), self.constant(6.0))
        return self.node("Mul", x, self.node("Mul", clipped, self.constant(1 / 6)))

    def block(self, x):
        y = self.hard_swish(self.convolution(x, CHANNELS, 4 * CHANNELS))
        amounts = [0, 1, 1, 0, 0, 1, 1, 0] if self.is_last else [0, 0, 1, 1, 0, 0, 1, 1]
        y = self.node("Pad", y, self.constant(amounts))
        y = self.node("Slice", y, self.constant([1, 1]), self.constant([-1, -1]),
                      self.constant([1, 2] if self.is_last else [2, 3]))
        y = self.hard_swish(self.convolution(y, 4 * CHANNELS, 4 * CHANNELS, 3, 4 * CHANNELS))
        mean = self.node("ReduceMean", y, axes=[1, 2] if self.is_last else [2, 3])
        y = self.node("Mul", y, self.node("Sigmoid", self.convolution(mean, 4 * CHANNELS, 4 * CHANNELS)))
        return self.node("Add", x, self.convolution(y, 4 * CHANNELS, CHANNELS))

    def model(self):
        x = self.node("Transpose", "x", perm=LAST) if self.is_last else "x"
        x = self.convolution(x, 3, CHANNELS, 3)
        for _ in range(3):
            x = self.block(x)
        self.node("GlobalAveragePool", self.node("Transpose", x, perm=FIRST) if self.is_last else x)
        return self.finished({"x": ["n", 3, 12, 12]})


@pytest.fixture(params=["fast", "balanced"])
def converted(request, onnxq, tmp_path):
    """The model with channels first and that with channels last: both in float, and as they are quantized."""
    samples = np.random.default_rng(8).normal(size=(32, 3, 12, 12)).astype(np.float32)
    np.savez(tmp_path / "calib.npz", x=samples)
    result = []
    for is_last in (False, True):
        model = Network(is_last).model()
        onnx.save(model, tmp_path / "float.onnx")
        done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json",
                     "--effort", request.param)
        assert json.loads(done.stdout)["multiply_accumulates"]["share"] == 1
        result.append((model, onnx.load(tmp_path / "out.onnx")))
    return result


def test_a_network_with_channels_last_is_quantized_as_the_same_one_with_channels_first(converted):
    (first, first_quantized), (last, last_quantized) = converted
    x = np.random.default_rng(9).normal(size=(16, 3, 12, 12)).astype(np.float32)
    expected, same = (session(model).run(None, {"x": x})[0] for model in (first, last))
    np.testing.assert_allclose(same, expected, rtol=0, atol=1e-4)
    results = [session(model).run(None, {"x": x})[0] for model in (first_quantized, last_quantized)]
    ratios = [sqnr(expected, result) for result in results]
    assert min(ratios) > 20 and abs(ratios[0] - ratios[1]) < 0.5, ratios
    kinds = [sorted(node.op_type for node in model.graph.node) for model in (first_quantized, last_quantized)]
    assert "Transpose" not in kinds[1] and kinds[0] == kinds[1]
