"""A tolerance that integers alone miss is kept by leaving operators in float: as few as it takes, each named."""
import json

import jsonschema
import numpy as np
import onnx
import pytest

from conftest import ROOT
from runtime import arrays, session, sqnr

SCHEMA = json.loads((ROOT / "Schemas/report.schema.json").read_text())
MISSED, USAGE = 1, 64


@pytest.fixture(scope="module")
def convert(onnxq, bundled, calibration):
    """Converts a bundled model and gives the report: `convert(output, *options, name=..., samples=...)`."""
    def run(output, *options, name="digits_cnn", samples=calibration, exit_code=0):
        done = onnxq("convert", bundled / f"{name}.onnx", output, "--calib", samples, "--json", *options,
                     exit_code=exit_code)
        report = json.loads(done.stdout)
        jsonschema.validate(report, SCHEMA, jsonschema.Draft202012Validator)
        return report
    return run


def ratio(pair, images):
    """The SQNR in dB of a quantized model's logits against float, both run by ONNX Runtime."""
    u, v = (session(model).run(None, {"image": images})[0] for model in pair)
    return sqnr(u, v)


@pytest.mark.parametrize("name", ["digits_cnn", "digits_transformer"])
def test_operators_are_released_until_the_least_sqnr_is_reached(name, convert, bundled, evaluation, tmp_path):
    plain = convert(tmp_path / "plain.onnx", name=name)
    limit = plain["fidelity"][0]["sqnr_db"] + 4
    mixed = convert(tmp_path / "mixed.onnx", "--min-sqnr", limit, name=name)
    [tolerance] = mixed["tolerances"]
    assert tolerance["passed"] and mixed["fidelity"][0]["sqnr_db"] >= limit
    release, counts = mixed["release"], mixed["multiply_accumulates"]
    assert release["before"]["sqnr_db"] < limit <= release["after"]["sqnr_db"]
    assert release["multiply_accumulates_before"] == plain["multiply_accumulates"]
    assert 0 < counts["integer"] < plain["multiply_accumulates"]["integer"]
    left = [entry["name"] for entry in release["operators"] if entry.get("released_to") == "float"]
    nodes = {node.name: node for node in onnx.load(tmp_path / "mixed.onnx").graph.node}
    dequantized = {output for node in nodes.values() if node.op_type == "DequantizeLinear" for output in node.output}
    products = [nodes[name] for name in left if nodes[name].op_type in ["Conv", "Gemm", "MatMul"]]
    assert products and all(node.input[1] not in dequantized for node in products)
    images = arrays(evaluation)["image"]
    gain = (ratio([bundled / f"{name}.onnx", tmp_path / "mixed.onnx"], images)
            - ratio([bundled / f"{name}.onnx", tmp_path / "plain.onnx"], images))
    assert gain > 2, "ONNX Runtime sees little of the 4 dB, on samples that were not calibrated on"


def test_nothing_is_released_where_the_limit_is_kept_anyway(convert, evaluation, tmp_path):
    options = ["--effort", "fast", "--samples", 64]
    convert(tmp_path / "plain.onnx", *options, samples=evaluation)
    report = convert(tmp_path / "mixed.onnx", *options, "--min-sqnr", 20, "--max-top1-drop", 5, samples=evaluation)
    assert (tmp_path / "plain.onnx").read_bytes() == (tmp_path / "mixed.onnx").read_bytes()
    assert report["release"]["operators"] == [] and report["release"]["before"] == report["release"]["after"]
    assert [entry["name"] for entry in report["tolerances"]] == ["min-sqnr", "max-top1-drop"]


def test_a_limit_that_float_misses_too_writes_nothing(convert, tmp_path):
    report = convert(tmp_path / "mixed.onnx", "--min-sqnr", 400, exit_code=MISSED)
    assert list(tmp_path.iterdir()) == []
    assert not any("released_to" in entry for entry in report["release"]["operators"])


@pytest.mark.parametrize("place", ["samples", "file"])
def test_operators_are_released_until_top1_is_kept(place, convert, bundled, tmp_path):
    images = np.random.default_rng(3).uniform(-1, 1, (256, 1, 8, 8)).astype(np.float32)
    labels = session(bundled / "digits_cnn.onnx").run(None, {"image": images})[0].argmax(axis=1)
    inside = {"label": labels} if place == "samples" else {}
    np.savez(tmp_path / "noise.npz", image=images, **inside)
    np.save(tmp_path / "labels.npy", labels)
    options = [] if inside else ["--labels", tmp_path / "labels.npy"]
    report = convert(tmp_path / "mixed.onnx", "--effort", "fast", "--max-top1-drop", 0, *options,
                     samples=tmp_path / "noise.npz")
    before, after = report["release"]["before"], report["release"]["after"]
    assert before["top1_float"] == 100 and before["top1_quant"] < 100 == after["top1_quant"]
    judged = session(tmp_path / "mixed.onnx").run(None, {"image": images})[0].argmax(axis=1)
    assert 100 * np.mean(judged == labels) > before["top1_quant"]
    assert any("released_to" in entry for entry in report["release"]["operators"])


def test_the_text_names_what_was_released(onnxq, bundled, calibration, tmp_path):
    words = onnxq("convert", bundled / "digits_cnn.onnx", tmp_path / "mixed.onnx", "--calib", calibration,
                  "--min-sqnr", 40).stdout
    assert "released to keep the tolerance" in words and "min-sqnr 40: " in words
    [line] = [line for line in words.splitlines() if line.startswith("Released ")]
    assert "SQNR" in line and "% on integers" in line


def test_a_limit_on_top1_needs_labels(onnxq, bundled, calibration, tmp_path):
    np.savez(tmp_path / "images.npz", image=arrays(calibration)["image"])
    done = onnxq("convert", bundled / "digits_cnn.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "images.npz",
                 "--max-top1-drop", 1, exit_code=USAGE)
    assert "--labels" in done.stderr and not (tmp_path / "q.onnx").exists()
