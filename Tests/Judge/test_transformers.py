"""Parts of transformers: what makes them faithful in 8 bits stays in a form that ONNX Runtime fuses."""
import json

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from builder import Builder
from runtime import session, sqnr

SEED = 20
CHANNELS, HIDDEN = 32, 160


def seeded():
    print("seed", SEED)
    return np.random.default_rng(SEED)


class Network(Builder):
    """A float network over one input [batch, 16, CHANNELS], being made."""

    def __init__(self):
        super().__init__(seeded())

    def product(self, value, inputs, outputs, scales=1.0):
        """A product whose weights make up for the scales of its data."""
        weights = self.random.normal(0, inputs ** -0.5, (inputs, outputs)) / np.reshape(scales, (-1, 1))
        return self.node("MatMul", value, self.constant(weights))

    def outlying_scales(self):
        """Scales of channels of which a few are far larger than the rest."""
        scales = self.random.uniform(0.5, 1.5, CHANNELS)
        scales[::11] *= 40
        return scales

    def save(self, path, opset=17, batch="batch"):
        def info(name):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, 16, CHANNELS])
        self.nodes[-1].output[0] = "result"
        graph = helper.make_graph(self.nodes, "network", [info("x")], [info("result")], self.constants)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), path)


def shared_with_a_residual(network):
    scales = network.outlying_scales()
    x = network.node("LayerNormalization", "x", network.constant(scales), network.constant(-scales), axis=-1)
    y = network.product(network.node("Tanh", network.product(x, CHANNELS, HIDDEN, scales)), HIDDEN, CHANNELS)
    network.node("Sub", y, network.node("Clip", x, network.constant(-1.0), network.constant(1.0)))


def spelled_out_normalization(network):
    mean = network.node("ReduceMean", "x", axes=[-1])
    centred = network.node("Sub", "x", mean)
    variance = network.node("ReduceMean", network.node("Mul", centred, centred), axes=[-1])
    root = network.node("Sqrt", network.node("Add", variance, network.constant(1e-5)))
    scales = network.outlying_scales()
    scaled = network.node("Mul", network.node("Div", centred, root), network.constant(scales))
    x = network.node("Add", scaled, network.constant(-0.5 * scales))
    left, right = (network.product(x, CHANNELS, CHANNELS, scales) for _ in range(2))
    network.node("Add", left, network.node("Tanh", right))


def attention(network):
    query, key, value = (network.product("x", CHANNELS, CHANNELS) for _ in range(3))
    scores = network.node("MatMul", query, network.node("Transpose", key, perm=[0, 2, 1]))
    weights = network.node("Softmax", network.node("Mul", scores, network.constant(CHANNELS ** -0.5)), axis=-1)
    return network.product(network.node("MatMul", weights, value), CHANNELS, CHANNELS)


def attention_beside_much_else(network):
    x = network.node("Add", "x", attention(network))
    network.product(network.node("Tanh", network.product(x, CHANNELS, 4 * HIDDEN)), 4 * HIDDEN, CHANNELS)


def products_with_biases(network):
    """As exporters write a block's products, the bias on either side; one of them is shared."""
    wide, narrow = (network.constant(network.random.normal(0, 1, count)) for count in (HIDDEN, CHANNELS))
    x = network.node("Add", network.product("x", CHANNELS, HIDDEN), wide)
    x = network.node("Add", narrow, network.product(network.node("Tanh", x), HIDDEN, CHANNELS))
    x = network.node("Add", network.product(network.node("Tanh", x), CHANNELS, CHANNELS), narrow)
    network.node("Mul", network.node("Tanh", x), narrow)


def ratio(model, quantized, samples):
    left, right = (np.concatenate([runner.run(None, {"x": sample[None]})[0] for sample in samples])
                   for runner in (session(model), session(quantized)))
    return sqnr(left, right)


def optimized_operators(model, folder):
    """The operators that ONNX Runtime makes of a model."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return [node.op_type for node in onnx.load(folder / "optimized.onnx").graph.node]


@pytest.mark.parametrize("build, multiplications", [(shared_with_a_residual, 1), (spelled_out_normalization, 0)])
def test_outlying_channels_are_scaled_and_products_still_fuse(build, multiplications, onnxq, tmp_path):
    network = Network()
    build(network)
    network.save(tmp_path / "float.onnx")
    samples = network.random.normal(0, 1, (24, 16, CHANNELS)).astype(np.float32)
    np.savez(tmp_path / "samples.npz", x=samples)
    ratios = {}
    for name, options in {"plain": ["--effort", "fast"], "scaled": ["--only", "channel-scaling"]}.items():
        result = onnxq("convert", tmp_path / "float.onnx", tmp_path / f"{name}.onnx", "--calib",
                       tmp_path / "samples.npz", "--json", *options)
        assert json.loads(result.stdout)["multiply_accumulates"]["share"] == 1
        ratios[name] = ratio(tmp_path / "float.onnx", tmp_path / f"{name}.onnx", samples)
    assert ratios["scaled"] > ratios["plain"] + 3
    operators = {name: [node.op_type for node in onnx.load(tmp_path / f"{name}.onnx").graph.node] for name in ratios}
    assert operators["scaled"].count("Mul") - operators["plain"].count("Mul") == multiplications
    assert "MatMul" not in optimized_operators(tmp_path / "scaled.onnx", tmp_path)


@pytest.mark.parametrize("build, unfused", [(attention, 0), (attention_beside_much_else, 2)])
def test_attention_works_on_integers_where_nearly_all_products_could_not_otherwise(build, unfused, onnxq, tmp_path):
    network = Network()
    build(network)
    network.save(tmp_path / "float.onnx")
    samples = network.random.normal(0, 1, (24, 16, CHANNELS)).astype(np.float32)
    np.savez(tmp_path / "samples.npz", x=samples)
    result = onnxq("convert", tmp_path / "float.onnx", tmp_path / "quantized.onnx", "--calib", tmp_path / "samples.npz",
                   "--json")
    assert json.loads(result.stdout)["multiply_accumulates"]["share"] >= 0.95
    operators = optimized_operators(tmp_path / "quantized.onnx", tmp_path)
    assert operators.count("MatMul") + operators.count("FusedMatMul") == unfused
    assert ratio(tmp_path / "float.onnx", tmp_path / "quantized.onnx", samples) > 30
    onnxq("run", tmp_path / "quantized.onnx", "--input", tmp_path / "samples.npz", "--output", tmp_path / "own.npz")
    with np.load(tmp_path / "own.npz") as file:
        own = file["result"].reshape(samples.shape)
    runner = session(tmp_path / "quantized.onnx")
    foreign = np.concatenate([runner.run(None, {"x": sample[None]})[0] for sample in samples])
    assert sqnr(foreign, own) > 50


@pytest.mark.parametrize("batch", ["batch", 1])
def test_products_run_on_integers_whether_extents_are_fixed_or_free(batch, onnxq, tmp_path):
    network = Network()
    products_with_biases(network)
    network.save(tmp_path / "float.onnx", batch=batch)
    samples = network.random.normal(0, 1, (24, 16, CHANNELS)).astype(np.float32)
    np.savez(tmp_path / "samples.npz", x=samples)
    onnxq("convert", tmp_path / "float.onnx", tmp_path / "quantized.onnx", "--calib", tmp_path / "samples.npz")
    operators = optimized_operators(tmp_path / "quantized.onnx", tmp_path)
    assert operators.count("MatMulIntegerToFloat") == 3 and not {"MatMul", "Gemm"} & set(operators)
    assert ratio(tmp_path / "float.onnx", tmp_path / "quantized.onnx", samples) > 35
