"""Inside whole networks: the integers at every QuantizeLinear, beside those of ONNX Runtime.

ONNX Runtime answers twice, with its fused integer kernels and, optimization disabled, node by node; the two differ now
and then by a rounding. Integer mode has to be as close to the first, and literal mode to the second, as those two are
to each other.
"""
from dataclasses import dataclass

import numpy as np
import onnx
import pytest

from conftest import ROOT, SHARED
from runtime import arrays, session


def network(folder, model, data, samples, count):
    return folder / f"{model}.onnx", samples / f"{data}_calib.npz", samples / f"{data}_eval.npz", count


BUNDLED = {name: network(ROOT / "Models", name, "digits", ROOT / "Models", 200)
           for name in ("digits_cnn", "digits_transformer")}
FOREIGN = {name: network(SHARED / "models", name, data, SHARED / "data", count) for name, data, count in [
    ("ic_resnet8", "ic", 100), ("vww_mobilenetv1", "vww", 20), ("cifar_mobilenetv2", "cifar", 40)]}
NETWORKS = BUNDLED | FOREIGN


@dataclass
class Answers:
    """Every QuantizeLinear output of one network, by name, from each of four executions: int32 [samples, ...]."""
    fused: dict
    single: dict
    integer: dict
    literal: dict


def with_outputs_exposed(model):
    """The model with every QuantizeLinear output among its outputs, and the names of those."""
    inferred = onnx.shape_inference.infer_shapes(model)
    infos = {info.name: info for info in inferred.graph.value_info}
    names = [node.output[0] for node in model.graph.node if node.op_type == "QuantizeLinear"]
    present = {info.name for info in model.graph.output}
    model.graph.output.extend(infos[name] for name in names if name not in present)
    return model, names


def runtime_answers(model, names, samples, optimized):
    runner = session(model, optimized=optimized)
    inputs = [info.name for info in runner.get_inputs()]
    count = len(samples[inputs[0]])
    results = [runner.run(names, {name: samples[name][i:i + 1] for name in inputs}) for i in range(count)]
    return {name: np.concatenate([result[k] for result in results]).astype(np.int32) for k, name in enumerate(names)}


@pytest.fixture(scope="module", params=NETWORKS)
def answers(request, onnxq, tmp_path_factory):
    model, calibration, evaluation, count = NETWORKS[request.param]
    if request.param in FOREIGN:
        request.getfixturevalue("shared")
    folder = tmp_path_factory.mktemp(request.param)
    onnxq("convert", model, folder / "quantized.onnx", "--calib", calibration, "--samples", 128)
    exposed, names = with_outputs_exposed(onnx.load(folder / "quantized.onnx"))
    onnx.save(exposed, folder / "exposed.onnx")
    inputs = {info.name for info in exposed.graph.input}
    samples = {name: array[:count].astype(np.float32) for name, array in arrays(evaluation).items() if name in inputs}
    np.savez(folder / "samples.npz", **samples)

    def own(mode):
        result = folder / f"{mode}.npz"
        onnxq("run", folder / "exposed.onnx", "--input", folder / "samples.npz", "--output", result, "--mode", mode)
        return {name: array.astype(np.int32) for name, array in arrays(result).items() if name in names}

    return Answers(fused=runtime_answers(exposed, names, samples, optimized=True),
                   single=runtime_answers(exposed, names, samples, optimized=False),
                   integer=own("integer"), literal=own("literal"))


def distances(left, right):
    """At each tensor: (fraction of values that differ, most steps any differs by)."""
    assert left.keys() == right.keys()
    result = {}
    for name in left:
        steps = np.abs(left[name] - right[name].reshape(left[name].shape))
        result[name] = float(np.mean(steps != 0)), int(steps.max())
    return result


def assert_as_close(own, judge, other):
    own, apart = distances(own, judge), distances(other, judge)
    further = [f"{name}: differs at {own[name][0]:.5%} by up to {own[name][1]}, the judges at {apart[name][0]:.5%} by "
               f"up to {apart[name][1]}"
               for name in own if own[name][0] > apart[name][0] or own[name][1] > apart[name][1]]
    print(f"{len(own)} tensors; own mean {np.mean([x for x, _ in own.values()]):.5%}, "
          f"judges' {np.mean([x for x, _ in apart.values()]):.5%}")
    assert own, "the model has no QuantizeLinear"
    assert not further, f"{len(further)} of {len(own)} tensors are further away\n" + "\n".join(further)


def test_integer_mode_is_as_close_to_fused_kernels_as_single_nodes_are(answers):
    assert_as_close(answers.integer, answers.fused, answers.single)


def test_literal_mode_is_as_close_to_single_nodes_as_fused_kernels_are(answers):
    assert_as_close(answers.literal, answers.single, answers.fused)
