"""The words, files and exit codes of each command where all goes well, and where it is called wrongly."""
import json
import re

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from runtime import arrays, session

COMMANDS = ["convert", "check", "compare", "run", "bench", "inspect"]
MISSED, USAGE = 1, 64


@pytest.fixture(scope="module")
def cnn(bundled):
    return bundled / "digits_cnn.onnx"


@pytest.fixture(scope="module")
def converted(onnxq, cnn, calibration, tmp_path_factory):
    """The bundled CNN, quantized: the finished process, and the folder that holds nothing but quantized.onnx."""
    folder = tmp_path_factory.mktemp("converted")
    done = onnxq("convert", cnn, folder / "quantized.onnx", "--calib", calibration)
    return done, folder


@pytest.fixture(scope="module")
def pair(converted, cnn):
    return [cnn, converted[1] / "quantized.onnx"]


def test_convert_leaves_one_file_and_says_what_it_did(converted):
    done, folder = converted
    assert [file.name for file in folder.iterdir()] == ["quantized.onnx"]
    assert done.stderr == "", "a progress bar is for a terminal, not for a pipe"
    for word in ["SQNR", "dB", "cosine", "Conv", "KiB"]:
        assert word in done.stdout, f"{word!r} is not said:\n{done.stdout}"


def test_converted_model_is_valid_and_right_in_onnx_runtime(pair, evaluation):
    model = onnx.load(pair[1])
    onnx.checker.check_model(model, full_check=True)
    assert {entry.domain: entry.version for entry in model.opset_import}[""] >= 13
    data = arrays(evaluation)
    [logits] = session(pair[1]).run(None, {"image": data["image"]})
    assert np.mean(logits.argmax(axis=1) == data["label"]) >= 0.985


def test_convert_answers_in_json(onnxq, cnn, calibration, tmp_path):
    done = onnxq("convert", cnn, tmp_path / "q.onnx", "--calib", calibration, "--json")
    assert isinstance(json.loads(done.stdout), dict)


def test_convert_is_deterministic(onnxq, pair, calibration, tmp_path):
    for threads in [1, 2]:
        again = tmp_path / f"{threads}.onnx"
        onnxq("convert", pair[0], again, "--calib", calibration, "--threads", threads)
        assert again.read_bytes() == pair[1].read_bytes(), f"other bytes with {threads} threads"


def test_a_quantized_model_keeps_its_numbers_and_convert_says_so(onnxq, pair, evaluation, calibration, tmp_path):
    done = onnxq("convert", pair[1], tmp_path / "twice.onnx", "--calib", calibration, "--json")
    assert json.loads(done.stdout)["notes"] == ["the model is quantized already"]
    images = arrays(evaluation)["image"]
    once, twice = (session(model).run(None, {"image": images})[0] for model in (pair[1], tmp_path / "twice.onnx"))
    assert np.array_equal(once, twice)


def test_convert_writes_nothing_below_the_least_sqnr(onnxq, pair, calibration, tmp_path):
    output = tmp_path / "quantized.onnx"
    onnxq("convert", pair[0], output, "--calib", calibration, "--min-sqnr", 200, exit_code=MISSED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("expression, left", [("^/head/", "/head/conv/Conv"), ("Gemm", "/classifier/Gemm")])
def test_excluded_nodes_stay_float(expression, left, onnxq, pair, calibration, tmp_path):
    output = tmp_path / "quantized.onnx"
    onnxq("convert", pair[0], output, "--calib", calibration, "--exclude", expression)
    model = onnx.load(output)
    [node] = [node for node in model.graph.node if node.name.startswith(left)]
    weights = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    assert weights[node.input[1]] == onnx.TensorProto.FLOAT


@pytest.mark.parametrize("method", ["minmax", "percentile", "entropy", "mse"])
def test_every_method_gives_a_model_that_keeps_its_accuracy(method, onnxq, pair, evaluation, calibration, tmp_path):
    output = tmp_path / "quantized.onnx"
    onnxq("convert", pair[0], output, "--calib", calibration, "--method", method)
    onnxq("check", pair[0], output, "--data", evaluation, "--max-top1-drop", 1.5)


def test_check_passes_and_fails_by_its_tolerances(onnxq, pair, evaluation):
    samples = ["--data", evaluation]
    met = ["--min-sqnr", 20, "--min-cosine", 0.98, "--max-top1-drop", 1]
    assert "SQNR" in onnxq("check", *pair, *samples, *met).stdout
    for tolerance in [("--min-sqnr", 90), ("--min-cosine", 0.9999999), ("--max-top1-drop", -50)]:
        onnxq("check", *pair, *samples, *tolerance, exit_code=MISSED)
    onnxq("check", *pair, *samples, "--json", "--min-sqnr", 90, exit_code=MISSED)


def test_check_agrees_with_onnx_runtime_about_top1(onnxq, pair, evaluation):
    data = arrays(evaluation)
    judged = [100 * np.mean(session(model).run(None, {"image": data["image"]})[0].argmax(axis=1) == data["label"])
              for model in pair]
    words = onnxq("check", *pair, "--data", evaluation).stdout
    figures = [float(figure) for figure in re.findall(r"\d+\.\d+", words)]
    for top1 in judged:
        assert any(abs(top1 - figure) < 0.11 for figure in figures), f"top-1 of {top1} is not among\n{words}"


@pytest.mark.parametrize("order, column", [("own", 1), ("gathered", 0)])
def test_compare_lists_layers_worst_first(order, column, onnxq, pair, calibration):
    words = onnxq("compare", *pair, "--data", calibration, "--order", order).stdout
    rows = re.findall(r"^ *(-?\d+\.\d+) +(-?\d+\.\d+) ", words, re.MULTILINE)
    figures = [float(row[column]) for row in rows]
    assert len(figures) >= 5 and figures == sorted(figures), words


def test_run_writes_an_archive_that_equals_onnx_runtime(onnxq, bundled, calibration, tmp_path):
    for name in ["digits_cnn", "digits_transformer"]:
        data = arrays(calibration)
        onnxq("run", bundled / f"{name}.onnx", "--input", calibration, "--output", tmp_path / "out.npz")
        own = arrays(tmp_path / "out.npz")
        [judged] = session(bundled / f"{name}.onnx").run(None, {"image": data["image"]})
        assert list(own) == ["logits"]
        np.testing.assert_allclose(own["logits"].reshape(judged.shape), judged, rtol=1e-4, atol=1e-4)


def test_run_reads_and_writes_the_layout_of_onnx(onnxq, cnn, calibration, tmp_path):
    images = arrays(calibration)["image"][:3]
    for i, image in enumerate(images):
        folder = tmp_path / f"in/test_data_set_{i}"
        folder.mkdir(parents=True)
        tensor = numpy_helper.from_array(image[None], "image")
        (folder / "input_0.pb").write_bytes(tensor.SerializeToString())
    model = cnn
    onnxq("run", model, "--input", tmp_path / "in", "--output", tmp_path / "out")
    for i, image in enumerate(images):
        answer = onnx.TensorProto.FromString((tmp_path / f"out/test_data_set_{i}/output_0.pb").read_bytes())
        [judged] = session(model).run(None, {"image": image[None]})
        np.testing.assert_allclose(numpy_helper.to_array(answer), judged, rtol=1e-4, atol=1e-4)


def test_samples_of_another_numeric_type_are_converted(onnxq, cnn, calibration, tmp_path):
    images = (arrays(calibration)["image"][:4] * 16).round()
    for kind in [np.uint8, np.float64, np.int16, np.float32]:
        np.savez(tmp_path / "samples.npz", image=images.astype(kind))
        onnxq("run", cnn, "--input", tmp_path / "samples.npz", "--output", tmp_path / f"{kind.__name__}.npz")
        own = arrays(tmp_path / f"{kind.__name__}.npz")["logits"]
        assert np.array_equal(own, arrays(tmp_path / "uint8.npz")["logits"])


def test_bench_measures(onnxq, pair):
    figures = json.loads(onnxq("bench", pair[1], "--runs", 5, "--threads", 1, "--json").stdout)
    assert figures["runs"] == 5 and figures["threads"] == 1
    assert 0 < figures["min_ms"] <= figures["median_ms"]


def test_inspect_describes(onnxq, pair):
    assert "Conv" in onnxq("inspect", pair[0]).stdout
    assert isinstance(json.loads(onnxq("inspect", pair[1], "--json").stdout), dict)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_of_every_command(command, onnxq):
    whole, own = onnxq("--help").stdout, onnxq(command, "--help").stdout
    assert re.search(rf"^ +{command}\b", whole, re.MULTILINE)
    assert "\nUSAGE: " in own
    assert max(len(line) for line in own.splitlines() if not line.startswith("USAGE: ")) <= 100


def test_version(onnxq):
    assert re.fullmatch(r"(onnxq )?\d+\.\d+\.\d+\n", onnxq("--version").stdout)


CONVERT = "convert a.onnx b.onnx --calib c"


@pytest.mark.parametrize("words", [
    "nonsense", "convert", "convert a.onnx b.onnx", "check a.onnx --data b", "run a.onnx --input b",
    "inspect a.onnx --loudly", "bench a.onnx --shape x=1xtwo", "run a.onnx --input b --output c --mode quantum",
    f"{CONVERT} --method magic", f"{CONVERT} --target abacus", f"{CONVERT} --threads 0", f"{CONVERT} --samples -3",
    f"{CONVERT} --exclude ([",
])
def test_wrong_calls(words, onnxq, tmp_path):
    done = onnxq(*words.split(), exit_code=USAGE, cwd=tmp_path)
    assert done.stderr and done.stdout == ""
    assert list(tmp_path.iterdir()) == []
