"""Weights of 4 bits out of `convert`: the file is valid, ONNX Runtime loads it, and it still knows its classes."""
import json
import os
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from runtime import arrays, session

MOST_DROP = 1.5


@pytest.fixture(scope="module", params=["digits_cnn", "digits_transformer"])
def converted(request, onnxq, bundled, calibration, tmp_path_factory):
    """A bundled model, the same with 4-bit weights, and the report."""
    output = tmp_path_factory.mktemp("int4") / "narrow.onnx"
    model = bundled / f"{request.param}.onnx"
    done = onnxq("convert", model, output, "--calib", calibration, "--weights", "int4", "--json")
    return model, output, json.loads(done.stdout)


def test_weights_are_symmetric_int4_with_a_scale_a_channel(converted):
    model = onnx.load(converted[1])
    onnx.checker.check_model(model, full_check=True)
    assert {entry.domain: entry.version for entry in model.opset_import}[""] == 21
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    readers = {name: node for node in model.graph.node for name in node.input}
    narrow = 0
    for node in model.graph.node:
        if node.op_type != "DequantizeLinear" or node.input[0] not in constants:
            continue
        weight, scale, zero = (constants[name] for name in node.input)
        if weight.data_type != TensorProto.INT4:
            continue
        narrow += 1
        values = numpy_helper.to_array(weight).astype(int)
        assert values.min() >= -7 and values.max() <= 7 and np.abs(values).max() > 3
        [axis] = [entry.i for entry in node.attribute if entry.name == "axis"]
        assert list(scale.dims) == [weight.dims[axis]] == list(zero.dims)
        assert zero.data_type == TensorProto.INT4 and not numpy_helper.to_array(zero).astype(int).any()
        assert readers[node.output[0]].op_type in ["Conv", "Gemm", "MatMul"]
    assert narrow >= 4


def test_what_keeps_8_bits_is_said(converted):
    model = onnx.load(converted[1])
    types = [tensor.data_type for tensor in model.graph.initializer if len(tensor.dims) > 1]
    wide = types.count(TensorProto.INT8)
    said = [note for note in converted[2]["notes"] if note.startswith("4 bits would cost too much")]
    assert len(said) == (1 if wide else 0)
    assert not wide or f" in {wide} of {wide + types.count(TensorProto.INT4)} products" in said[0]


def test_the_classes_are_kept(converted, evaluation):
    data = arrays(evaluation)
    top1 = [100 * np.mean(session(model).run(None, {"image": data["image"]})[0].argmax(axis=1) == data["label"])
            for model in converted[:2]]
    assert top1[0] - top1[1] <= MOST_DROP


def test_both_modes_run_them(converted, onnxq, evaluation):
    onnxq("check", *converted[:2], "--data", evaluation, "--max-top1-drop", MOST_DROP)


def test_the_file_is_smaller_than_with_8_bits(converted, onnxq, calibration, tmp_path):
    onnxq("convert", converted[0], tmp_path / "wide.onnx", "--calib", calibration)
    assert converted[1].stat().st_size < (tmp_path / "wide.onnx").stat().st_size


@pytest.mark.parametrize("name", ["ic_resnet8", "cifar_mobilenetv2"])
def test_foreign_classifiers_keep_their_classes(name, onnxq, shared, tmp_path):
    folder = shared / "models"
    entry = json.loads((folder / "models.json").read_text())[name]
    onnxq("convert", folder / entry["model"], tmp_path / "narrow.onnx", "--calib", folder / entry["calib"],
          "--samples", entry["samples"], "--weights", "int4")
    judged = subprocess.run(
        [os.environ.get("ONNXQ_PYTHON", sys.executable), shared / "peers/score.py", folder / entry["model"],
         tmp_path / "narrow.onnx", "--data", folder / entry["eval"], "--limit", str(entry["eval_samples"])],
        capture_output=True, text=True, check=True)
    score = json.loads(judged.stdout)
    assert score["top1_float"] - score["top1_quant"] <= MOST_DROP


def test_an_unknown_type_is_refused(onnxq, bundled, calibration, tmp_path):
    onnxq("convert", bundled / "digits_cnn.onnx", tmp_path / "q.onnx", "--calib", calibration, "--weights", "int3",
          exit_code=64)
