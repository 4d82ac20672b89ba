"""Memory stays within the committed limits, and results do not depend on the number of threads."""
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

from conftest import BINARY, ROOT

LIMITS = json.loads((ROOT / "Tests/Judge/memory_limits.json").read_text())


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A network of convolutions and normalizations with 60 MiB of weights, and 64 samples."""
    folder = tmp_path_factory.mktemp("network")
    random = np.random.default_rng(0)
    nodes, constants, value, channels = [], [], "x", 3

    def constant(values):
        constants.append(numpy_helper.from_array(values.astype(np.float32), f"c{len(constants)}"))
        return constants[-1].name

    for layer, width in enumerate([512] * 7 + [64]):
        weight = random.standard_normal((width, channels, 3, 3)) * np.sqrt(2 / (9 * channels))
        affine = [random.uniform(low, high, width) for low, high in [(.5, 1.5), (-.1, .1), (-.1, .1), (.5, 1.5)]]
        nodes += [
            helper.make_node("Conv", [value, constant(weight)], [f"a{layer}"], pads=[1] * 4),
            helper.make_node("BatchNormalization", [f"a{layer}", *map(constant, affine)], [f"b{layer}"]),
            helper.make_node("Relu", [f"b{layer}"], [f"r{layer}"])]
        value, channels = f"r{layer}", width
    shape = ["batch", None, 8, 8]
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 8, 8])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape)], constants)
    model = folder / "network.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), model)
    np.savez(folder / "samples.npz", x=random.standard_normal((64, 3, 8, 8), np.float32))
    return model, folder / "samples.npz"


# A process of its own, since the peak of a process begins with the memory of the one that started it.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of_convert(network, output, *options):
    """The most resident memory of one conversion, in bytes."""
    command = [sys.executable, "-c", MEASURE, BINARY, "convert", network[0], output, "--calib", network[1], *options]
    return 1024 * int(subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout)


def most_bytes(network):
    return LIMITS["convert"]["model_bytes_factor"] * network[0].stat().st_size + LIMITS["convert"]["bytes"]


@pytest.mark.parametrize("method", ["minmax", "entropy"])
def test_convert_keeps_to_its_memory_whatever_the_samples(network, method, tmp_path):
    peaks = [peak_of_convert(network, tmp_path / "q.onnx", "--method", method, "--samples", samples, "--threads", 1,
                             "--effort", "fast")
             for samples in [8, 64]]
    assert peaks[1] <= most_bytes(network)
    assert peaks[1] <= LIMITS["convert"]["growth_from_8_to_64_samples"] * peaks[0]


@pytest.mark.parametrize("threads", [1, 2])
def test_steps_toward_accuracy_keep_to_the_same_memory(network, threads, tmp_path):
    peak = peak_of_convert(
        network, tmp_path / "q.onnx", "--samples", 64, "--threads", threads, "--effort", "balanced")
    assert peak <= most_bytes(network)


def test_results_are_the_same_for_every_number_of_threads(onnxq, bundled, calibration, evaluation, tmp_path):
    for name in ["digits_cnn", "digits_transformer"]:
        written = {}
        for threads in [1, 2, 3]:
            quantized = tmp_path / f"{name}.{threads}.onnx"
            onnxq("convert", bundled / f"{name}.onnx", quantized, "--calib", calibration, "--threads", threads)
            onnxq("run", quantized, "--input", evaluation, "--output", tmp_path / "out.npz", "--threads", threads)
            with np.load(tmp_path / "out.npz") as outputs:
                values = {key: outputs[key].tobytes() for key in outputs}
            written[threads] = quantized.read_bytes(), values
        assert written[1] == written[2] == written[3], name


# A convolution whose sums oneDNN cuts into blocks by the number of threads, and products whose sums it divides among
# them on processors without AVX-512.
PRODUCTS = {
    "Conv": ([1, 1, 8192], [32, 1, 32], {"strides": [16], "pads": [16, 16]}),
    "MatMul": ([1, 128, 768], [768, 768], {}),
    "Gemm": ([1, 512], [512, 1000], {}),
}


@pytest.mark.parametrize("isa", ["ALL", "AVX2", "SSE41"])
@pytest.mark.parametrize("operator", PRODUCTS)
def test_sums_are_the_same_for_every_number_of_threads(operator, isa, tmp_path):
    extents, weights, attributes = PRODUCTS[operator]
    random = np.random.default_rng(0)
    weight = numpy_helper.from_array(random.standard_normal(weights, np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node(operator, ["x", "w"], ["y"], **attributes)], "sums",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, extents)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * len(extents))], [weight])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=random.standard_normal(extents, np.float32))
    results = set()
    for threads in [1, 2, 3, 8]:
        output = tmp_path / f"{threads}.npz"
        command = [BINARY, "run", tmp_path / "m.onnx", "--mode", "integer", "--input", tmp_path / "x.npz", "--output",
                   output, "--threads", threads]
        subprocess.run([*map(str, command)], check=True, env=os.environ | {"ONEDNN_MAX_CPU_ISA": isa})
        results.add(np.load(output)["y"].tobytes())
    assert len(results) == 1
