"""Small models of one operator between DequantizeLinear and QuantizeLinear nodes, with seeded constants and inputs."""
import numpy as np
from onnx import TensorProto, helper

from builder import Builder


class Island(Builder):
    """A model under construction. Activations are of one 8-bit type; scales are powers of two where `ties` asks for
    results that lie half way between two integers."""

    def __init__(self, seed, activation, ties=False):
        super().__init__(np.random.default_rng(seed))
        self.activation, self.ties = np.dtype(activation), ties
        self.inputs, self.outputs, self.feeds = [], [], {}

    @property
    def least(self):
        return np.iinfo(self.activation).min

    def grid(self, scale=None, zero=None):
        """(scale, zero point) of an activation, random where not given."""
        info = np.iinfo(self.activation)
        if scale is None:
            scale = 2.0 ** self.random.integers(-7, -2) if self.ties else self.random.uniform(0.005, 0.05)
        if zero is None:
            zero = self.random.integers(info.min, info.max, endpoint=True)
        return np.float32(scale), self.activation.type(zero)

    def dequantized(self, integers, scale, zero, **attributes):
        return self.node("DequantizeLinear", integers, self.constant(scale), self.constant(zero), **attributes)

    def input(self, shape, grid=None):
        """A float input that saturates in places, quantized and dequantized."""
        scale, zero = grid or self.grid()
        info, name = np.iinfo(self.activation), f"x{len(self.inputs)}"
        integers = self.random.integers(info.min, info.max, shape, endpoint=True)
        where = self.random.integers(0, 10, shape)
        integers = np.where(where == 0, info.min - 3, np.where(where == 1, info.max + 5, integers))
        self.feeds[name] = np.asarray((integers - int(zero)) * scale, np.float32).reshape(shape)
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))
        quantized = self.node("QuantizeLinear", name, self.constant(scale), self.constant(zero))
        return self.dequantized(quantized, scale, zero)

    def weight(self, shape, axis=None, dtype=np.int8):
        """Dequantized constant weights, one grid or one along `axis`, and scales; unsigned ones have a zero point."""
        info = np.iinfo(dtype)
        integers = self.random.integers(max(info.min, -127), info.max, shape, endpoint=True).astype(dtype)
        scales = self.random.uniform(0.002, 0.02, () if axis is None else shape[axis]).astype(np.float32)
        zeros = np.full(scales.shape, self.random.integers(1, 255) if dtype == np.uint8 else 0, dtype)
        attributes = {} if axis is None else {"axis": axis}
        return self.dequantized(self.constant(integers), scales, zeros, **attributes), scales

    def bias(self, count, scale):
        """A dequantized int32 bias in units of `scale`, one number or one a channel."""
        integers = self.random.integers(-5000, 5000, count).astype(np.int32)
        scale = np.asarray(scale, np.float32)
        attributes = {"axis": 0} if scale.ndim else {}
        return self.dequantized(self.constant(integers), scale, np.zeros(scale.shape, np.int32), **attributes)

    def quantize(self, value, grid=None):
        """Makes `value`, quantized, the model's output."""
        scale, zero = grid or self.grid()
        name = self.node("QuantizeLinear", value, self.constant(scale), self.constant(zero))
        self._output(name, helper.np_dtype_to_tensor_dtype(self.activation))

    def leave_float(self, value):
        """Makes `value` itself the model's output."""
        self._output(value, TensorProto.FLOAT)

    def _output(self, name, element_type):
        self.outputs.append(helper.make_tensor_value_info(name, element_type, None))

    def model(self):
        graph = helper.make_graph(self.nodes, "island", self.inputs, self.outputs, self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
