"""Each effort reaches the fidelity that is promised, with nearly all products on integers."""
import json
import os
import pathlib
import subprocess
import sys

import onnx
import pytest
from onnx import TensorProto, helper

SHARED = pathlib.Path(os.environ.get("ONNXQ_SHARED", pathlib.Path(__file__).parents[2] / ".." / "shared"))
BINARY = os.environ.get("ONNXQ_BINARY", str(pathlib.Path(__file__).parents[2] / ".build/release/onnxq"))
LEAST = {
    "balanced": {
        "ic_resnet8": 24.8, "vww_mobilenetv1": 34.5, "cifar_mobilenetv2": 31.3, "ultraface": 45.5, "kws_dscnn": 23.6,
        "ad_autoencoder": 38.0, "minilm_l6": 21.2,
    },
    "best": {
        "ic_resnet8": 25.8, "vww_mobilenetv1": 36.0, "cifar_mobilenetv2": 32.3, "ultraface": 46.5, "kws_dscnn": 24.6,
        "ad_autoencoder": 39.7, "minilm_l6": 21.2,
    },
}
MOST_TOP1_DROP = 0.3


@pytest.mark.skipif(not (SHARED / "models/models.json").exists(), reason="no shared models")
@pytest.mark.parametrize("name", LEAST["best"])
@pytest.mark.parametrize("effort", LEAST)
def test_the_outputs_come_close_enough_to_float(effort, name, tmp_path):
    folder = SHARED / "models"
    entry = json.loads((folder / "models.json").read_text())[name]
    output = tmp_path / "quantized.onnx"
    converted = subprocess.run(
        [BINARY, "convert", folder / entry["model"], output, "--calib", folder / entry["calib"],
         "--samples", str(entry["samples"]), "--effort", effort, "--json"],
        capture_output=True, text=True, check=True)
    assert json.loads(converted.stdout)["multiply_accumulates"]["share"] >= 0.95
    judged = subprocess.run(
        [os.environ.get("ONNXQ_PYTHON", sys.executable), SHARED / "peers/score.py", folder / entry["model"], output,
         "--data", folder / entry["eval"], "--limit", str(entry["eval_samples"])],
        capture_output=True, text=True, check=True)
    result = json.loads(judged.stdout)
    assert result["sqnr_db"] >= LEAST[effort][name]
    if effort == "best" and "top1_float" in result:
        assert round(result["top1_float"] - result["top1_quant"], 3) <= MOST_TOP1_DROP


def test_a_label_beside_the_scores_hinders_no_step(onnxq, bundled, calibration, tmp_path):
    scores = onnx.load(bundled / "digits_cnn.onnx")
    labelled = onnx.ModelProto.FromString(scores.SerializeToString())
    labelled.graph.node.append(helper.make_node("ArgMax", [scores.graph.output[0].name], ["label"], axis=1))
    labelled.graph.output.append(helper.make_tensor_value_info("label", TensorProto.INT64, None))
    label = onnx.ModelProto.FromString(labelled.SerializeToString())
    del label.graph.output[0]
    steps = {}
    for name, model in {"scores": scores, "both": labelled, "label": label}.items():
        onnx.save(model, tmp_path / f"{name}.onnx")
        done = onnxq("convert", tmp_path / f"{name}.onnx", tmp_path / "quantized.onnx", "--calib", calibration, "--json")
        steps[name] = json.loads(done.stdout)["accuracy_steps"]
    assert any(step["kept"] for step in steps["scores"])
    assert steps["both"] == steps["scores"]
    # Of a label alone no outputs can be compared as they are.
    assert [step["kept"] for step in steps["label"]] == [
        step["kept"] for step in steps["scores"] if step["name"] != "range-choice"]
