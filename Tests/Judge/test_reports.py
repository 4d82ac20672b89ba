"""The figures in reports are right, and reports follow their schema."""
import json

import jsonschema
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from conftest import ROOT
from runtime import arrays, sqnr

SCHEMA = json.loads((ROOT / "Schemas/report.schema.json").read_text())
MISSED, USAGE, BAD = 1, 64, 65


@pytest.fixture(scope="module")
def pair(onnxq, bundled, calibration, tmp_path_factory):
    """The bundled CNN and what `convert` made of it, with its report."""
    folder = tmp_path_factory.mktemp("reports")
    quantized = folder / "quantized.onnx"
    done = onnxq("convert", bundled / "digits_cnn.onnx", quantized, "--calib", calibration, "--json")
    return bundled / "digits_cnn.onnx", quantized, json.loads(done.stdout)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_report_follows_the_schema(onnxq, pair, evaluation):
    float_model, quantized, conversion = pair
    reports = [conversion] + [json.loads(onnxq(*command, "--json").stdout) for command in [
        ["check", float_model, quantized, "--data", evaluation, "--min-sqnr", 1, "--max-top1-drop", 99],
        ["check", float_model, float_model, "--data", evaluation, "--samples", 2],
        ["compare", float_model, quantized, "--data", evaluation, "--samples", 2],
        ["bench", quantized, "--runs", 2, "--profile"], ["inspect", float_model], ["inspect", quantized]]]
    for report in reports:
        jsonschema.validate(report, SCHEMA, jsonschema.Draft202012Validator)
    assert [report["command"] for report in reports] == [
        "convert", "check", "check", "compare", "bench", "inspect", "inspect"]


@pytest.mark.parametrize("methods, step", [
    ("weight-clipping", "weight-clipping"), ("bias-correction", "bias-correction"),
    ("weight-clipping,bias-correction", "bias-correction and weight-clipping"),
    ("second-order-rounding", "second-order-rounding")])
def test_a_step_has_the_names_of_the_methods_at_work_in_it(onnxq, bundled, calibration, tmp_path, methods, step):
    done = onnxq("convert", bundled / "digits_cnn.onnx", tmp_path / "q.onnx", "--calib", calibration, "--json", "--only",
                 methods)
    assert [each["name"] for each in json.loads(done.stdout)["accuracy_steps"]] == [step]


def test_a_model_checked_against_itself_does_not_differ(onnxq, pair, evaluation):
    report = json.loads(onnxq("check", pair[0], pair[0], "--data", evaluation, "--samples", 3, "--min-sqnr", 300,
                              "--json").stdout)
    for mode in report["modes"]:
        [output] = mode["outputs"]
        assert output["sqnr_db"] == "inf" and output["max_abs_err"] == 0 and output["cosine_min"] > 1 - 1e-12


@pytest.mark.parametrize("mode", ["literal", "integer"])
def test_check_measures_what_run_gives(mode, onnxq, pair, evaluation, tmp_path):
    onnxq("run", pair[0], "--input", evaluation, "--output", tmp_path / "float.npz")
    onnxq("run", pair[1], "--input", evaluation, "--output", tmp_path / "quant.npz", "--mode", mode)
    label = arrays(evaluation)["label"]
    u, v = (arrays(tmp_path / name)["logits"].reshape(len(label), -1).astype(np.float64)
            for name in ["float.npz", "quant.npz"])
    cosine = (u * v).sum(1) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1)
    report = json.loads(onnxq("check", *pair[:2], "--data", evaluation, "--json").stdout)
    [measured] = [entry for entry in report["modes"] if entry["mode"] == mode]
    [output] = measured["outputs"]
    assert output["name"] == "logits" and report["samples"] == len(label)
    assert output["sqnr_db"] == pytest.approx(sqnr(u, v), abs=1e-6)
    assert output["cosine_mean"] == pytest.approx(cosine.mean(), abs=1e-9)
    assert output["cosine_min"] == pytest.approx(cosine.min(), abs=1e-9)
    assert output["max_abs_err"] == pytest.approx(np.abs(u - v).max(), abs=1e-9)
    assert report["top1_float"] == pytest.approx(100 * np.mean(u.argmax(1) == label))
    assert measured["top1_quant"] == pytest.approx(100 * np.mean(v.argmax(1) == label))
    assert measured["agree"] == pytest.approx(100 * np.mean(u.argmax(1) == v.argmax(1)))


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_labels_may_come_from_a_file_of_their_own(kind, onnxq, pair, evaluation, tmp_path):
    data = arrays(evaluation)
    np.savez(tmp_path / "images.npz", image=data["image"])
    labels = tmp_path / f"labels.{kind}"
    np.save(labels, data["label"]) if kind == "npy" else np.savez(labels, label=data["label"], more=data["image"])
    apart = onnxq("check", *pair[:2], "--data", tmp_path / "images.npz", "--labels", labels, "--samples", 50, "--json")
    together = onnxq("check", *pair[:2], "--data", evaluation, "--samples", 50, "--json")
    assert json.loads(apart.stdout) == json.loads(together.stdout)


def test_labels_that_do_not_fit_are_refused(onnxq, pair, evaluation, tmp_path):
    data = arrays(evaluation)
    np.savez(tmp_path / "images.npz", image=data["image"])
    np.save(tmp_path / "labels.npy", data["label"][:-1])
    check = ["check", *pair[:2], "--data", tmp_path / "images.npz"]
    words = onnxq(*check, "--labels", tmp_path / "labels.npy", "--samples", 5, exit_code=BAD).stderr
    assert f"{len(data['label']) - 1} labels for {len(data['label'])} samples" in words
    assert "--labels" in onnxq(*check, "--max-top1-drop", 1, exit_code=USAGE).stderr


def test_a_missed_tolerance_is_named_with_its_gap(onnxq, pair, evaluation):
    done = onnxq("check", *pair[:2], "--data", evaluation, "--min-sqnr", 90, "--min-cosine", 0.5, exit_code=MISSED)
    [missed] = [line for line in done.stdout.splitlines() if "MISSED" in line]
    assert missed.startswith("min-sqnr 90: ") and "mode, output 'logits'" in missed


def test_compare_measures_the_output_as_check_does(onnxq, pair, evaluation):
    samples = [*pair[:2], "--data", evaluation, "--samples", 20, "--json"]
    layers = json.loads(onnxq("compare", *samples, "--order", "gathered").stdout)["layers"]
    check = json.loads(onnxq("check", *samples).stdout)
    [literal] = [mode for mode in check["modes"] if mode["mode"] == "literal"]
    [layer] = [layer for layer in layers if layer["value"] == "logits"]
    assert layer["sqnr_db"] == pytest.approx(literal["outputs"][0]["sqnr_db"], abs=1e-6)
    assert len(layers) > 10 and layer["operator"] == "Gemm"
    assert [entry["sqnr_db"] for entry in layers] == sorted(entry["sqnr_db"] for entry in layers)


def counted(model):
    """Multiply-accumulates by the shapes that the onnx package infers; a free dimension is 1."""
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        for dimension in value.type.tensor_type.shape.dim:
            if not dimension.HasField("dim_value"):
                dimension.dim_value = 1
    model = onnx.shape_inference.infer_shapes(model, data_prop=True)
    shapes = {value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
              for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]}
    shapes |= {tensor.name: list(tensor.dims) for tensor in model.graph.initializer}
    total = 0
    for node in model.graph.node:
        if node.op_type == "Conv":
            total += np.prod(shapes[node.output[0]]) * np.prod(shapes[node.input[1]][1:])
        elif node.op_type in ["MatMul", "Gemm"]:
            total += np.prod(shapes[node.output[0]]) * shapes[node.input[0]][-1]
    return int(total)


@pytest.mark.parametrize("name", ["digits_cnn", "digits_transformer"])
def test_multiply_accumulates_follow_from_the_shapes(name, onnxq, bundled):
    path = bundled / f"{name}.onnx"
    report = json.loads(onnxq("inspect", path, "--json").stdout)
    assert report["multiply_accumulates"]["total"] == counted(onnx.load(path)) > 0
    assert report["multiply_accumulates"]["integer"] == 0


@pytest.mark.parametrize("name, millions", [("ic_resnet8", 12.5), ("vww_mobilenetv1", 7.49), ("kws_dscnn", 2.66),
                                            ("ad_autoencoder", 0.264)])
def test_multiply_accumulates_are_those_that_mlperf_tiny_publishes(name, millions, onnxq, shared):
    report = json.loads(onnxq("inspect", shared / f"models/{name}.onnx", "--json").stdout)
    assert report["multiply_accumulates"]["total"] / 1e6 == pytest.approx(millions, rel=0.01)


def test_inspect_counts_what_the_file_holds(onnxq, bundled, pair):
    for path in [bundled / "digits_transformer.onnx", pair[1]]:
        model = onnx.load(path)
        report = json.loads(onnxq("inspect", path, "--json").stdout)
        constants = [*model.graph.initializer, *(node.attribute[0].t for node in model.graph.node
                                                 if node.op_type == "Constant" and node.attribute[0].name == "value")]
        arrays = [numpy_helper.to_array(tensor) for tensor in constants]
        assert report["parameters"] == sum(array.size for array in arrays)
        assert report["parameter_bytes"] == sum(array.nbytes for array in arrays)
        types = [node.op_type for node in model.graph.node]
        assert report["operators"] == {kind: types.count(kind) for kind in set(types)}
        assert report["model"]["bytes"] == path.stat().st_size
        assert report["validity"] == {"verdict": "valid"} and report["unsupported"] == {}
    quantization = report["quantization"]
    assert quantization["quantize_nodes"] == types.count("QuantizeLinear") == sum(quantization["activations"].values())
    assert quantization["dequantize_nodes"] == types.count("DequantizeLinear")
    assert report["multiply_accumulates"]["share"] > 0.9


def test_inspect_names_what_cannot_run_and_what_is_not_valid(onnxq, tmp_path):
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    nodes = [helper.make_node("Wobble", ["x"], ["h"], domain="org.example"), helper.make_node("Relu", ["h"], ["y"])]
    graph = helper.make_graph(nodes, "g", [value], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])
    imports = [helper.make_opsetid("", 13), helper.make_opsetid("org.example", 1)]
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=imports), tmp_path / "strange.onnx")
    report = json.loads(onnxq("inspect", tmp_path / "strange.onnx", "--json").stdout)
    assert list(report["unsupported"]) == ["org.example.Wobble"]
    nodes[0].CopyFrom(helper.make_node("Relu", ["x", "x"], ["h"]))
    graph = helper.make_graph(nodes, "g", [value], [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])])
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=imports), tmp_path / "wrong.onnx")
    report = json.loads(onnxq("inspect", tmp_path / "wrong.onnx", "--json").stdout)
    assert report["validity"]["verdict"] == "invalid" and report["validity"]["message"]


def test_bench_takes_shapes_and_refuses_those_that_do_not_fit(onnxq, bundled):
    model = bundled / "digits_cnn.onnx"
    report = json.loads(onnxq("bench", model, "--shape", "image=4x1x8x8", "--runs", 3, "--json").stdout)
    assert report["inputs"][0]["shape"] == ["4", "1", "8", "8"]
    one = json.loads(onnxq("bench", model, "--runs", 1, "--json").stdout)
    assert report["multiply_accumulates"]["total"] == 4 * one["multiply_accumulates"]["total"]
    assert "image" in onnxq("bench", model, "--shape", "photo=1x1x8x8", exit_code=BAD).stderr
    assert "[1, 3, 8, 8]" in onnxq("bench", model, "--shape", "image=1x3x8x8", exit_code=BAD).stderr


def test_a_profile_accounts_for_the_work_and_the_time(onnxq, pair):
    for model, integers in [(pair[0], False), (pair[1], True)]:
        report = json.loads(onnxq("bench", model, "--runs", 20, "--threads", 1, "--profile", "--json").stdout)
        operators, steps = report["profile"]["operators"], report["profile"]["steps"]
        for rows in operators, steps:
            assert [row["ms"] for row in rows] == sorted([row["ms"] for row in rows], reverse=True)
            assert sum(row["share"] for row in rows) == pytest.approx(1)
            assert sum(row["multiply_accumulates"] for row in rows) == report["multiply_accumulates"]["total"]
        assert sum(row["multiply_accumulates"] for row in steps if row["on_integers"]) == (
            report["multiply_accumulates"]["integer"])
        assert any(row["on_integers"] for row in steps) == integers
        assert sum(row["steps"] for row in operators) == len(steps)
        assert 0 < report["share_of_peak"] < 1 and min(report["peak"].values()) > 0
    assert "profile" not in json.loads(onnxq("bench", pair[0], "--runs", 1, "--json").stdout)
