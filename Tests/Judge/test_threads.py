"""One team of threads does all the work, and waiting for each other costs it little where processors are scarce."""
import json
import re
import sys

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names how Linux binds symbols and pins processes")

OPENMP = {"GOMP_parallel", "GOMP_barrier", "omp_get_max_threads", "omp_get_num_threads", "omp_get_thread_num",
          "omp_in_parallel"}


@pytest.fixture(scope="module")
def chain(onnxq, tmp_path_factory):
    """Twelve convolutions, each large enough to be shared among threads: float, and quantized."""
    folder = tmp_path_factory.mktemp("chain")
    random = np.random.default_rng(0)
    weights = [numpy_helper.from_array(random.standard_normal((48, 48, 3, 3), np.float32) / 20, f"w{i}")
               for i in range(12)]
    nodes = [helper.make_node("Conv", [f"x{i}", f"w{i}"], [f"x{i + 1}"], pads=[1] * 4) for i in range(12)]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 48, 32, 32]) for name in ["x0", "x12"]]
    graph = helper.make_graph(nodes, "chain", ends[:1], ends[1:], weights)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "float.onnx")
    np.savez(folder / "samples.npz", x0=random.standard_normal((4, 48, 32, 32), np.float32))
    onnxq("convert", folder / "float.onnx", folder / "quantized.onnx", "--calib", folder / "samples.npz",
          "--effort", "fast")
    return folder


def test_onednn_takes_its_threads_from_the_program(onnxq, binary, chain):
    done = onnxq("bench", chain / "float.onnx", "--runs", "1", env={"LD_DEBUG": "bindings", "LD_BIND_NOW": "1"})
    bound = re.findall(r"libdnnl\S* \[0\] to (\S+) \[0\]: normal symbol `(GOMP_\w+|omp_\w+)'", done.stderr)
    assert {name for _, name in bound} == OPENMP
    assert {path for path, _ in bound} == {str(binary)}


@pytest.mark.parametrize("name", ["float", "quantized"])
def test_two_threads_on_one_processor_take_little_longer_than_one(onnxq, chain, name):
    def least(threads):
        done = onnxq("bench", chain / f"{name}.onnx", "--threads", threads, "--runs", 50, "--json",
                     wrapper=["taskset", "-c", "0"])
        return json.loads(done.stdout)["min_ms"]
    ratios = [least(2) / least(1) for _ in range(3)]
    assert min(ratios) < 3, ratios
