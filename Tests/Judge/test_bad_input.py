"""Bad input gets one clear line and the right exit code, and leaves no output file behind."""
import os
import shutil
import subprocess

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

BAD, MISSING, UNWRITABLE = 65, 66, 73


@pytest.fixture
def model(bundled):
    return bundled / "digits_cnn.onnx"


@pytest.fixture
def refused(onnxq, tmp_path):
    """Converts, expects `exit_code`, one line on stderr that holds `words`, nothing on stdout and no file left."""
    def run(model, samples, exit_code, *words, output=None, **options):
        folder = tmp_path / "results"
        folder.mkdir(exist_ok=True)
        output = output or folder / "quantized.onnx"
        done = onnxq("convert", model, output, "--calib", samples, "--samples", 4, exit_code=exit_code, **options)
        assert_one_line(done, *words)
        assert list(folder.iterdir()) == []
        return done
    return run


def assert_one_line(done, *words):
    assert done.stderr.startswith("onnxq: error: ") and done.stderr.count("\n") == 1, done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr, f"{word!r} is not said: {done.stderr}"


def saved(model, path):
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    return path


def small_model(nodes, initializers=()):
    """image [batch, 1, 8, 8] to logits through `nodes`, opset 13, unchecked."""
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 8, 8])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "small", [image], [logits], list(initializers))
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)])


# Models

@pytest.mark.parametrize("content", ["empty", "truncated", "random", "text"])
def test_a_file_that_is_no_model(content, model, calibration, refused, tmp_path):
    whole = model.read_bytes()
    contents = {"empty": b"", "truncated": whole[:len(whole) // 2], "text": b"This is no model.\n" * 50,
                "random": np.random.default_rng(7).bytes(5000)}
    refused(saved(contents[content], tmp_path / "bad.onnx"), calibration, BAD, "bad.onnx")


def test_a_model_cut_at_any_point(model, calibration, refused, tmp_path):
    whole = model.read_bytes()
    for length in np.random.default_rng(11).integers(1, len(whole) - 1, 12):
        refused(saved(whole[:length], tmp_path / "cut.onnx"), calibration, BAD)


def test_a_model_that_is_not_there(calibration, refused, tmp_path):
    refused(tmp_path / "absent.onnx", calibration, MISSING, "absent.onnx")


def test_a_folder_for_a_model(calibration, refused, tmp_path):
    (tmp_path / "folder.onnx").mkdir()
    refused(tmp_path / "folder.onnx", calibration, BAD, "folder.onnx")


def test_a_cycle(calibration, refused, tmp_path):
    nodes = [helper.make_node("Add", ["image", "b"], ["a"], name="first"),
             helper.make_node("Relu", ["a"], ["b"], name="second"),
             helper.make_node("Relu", ["b"], ["logits"], name="third")]
    refused(saved(small_model(nodes), tmp_path / "cycle.onnx"), calibration, BAD, "cycle", "first", "second")


def test_a_missing_initializer(model, calibration, refused, tmp_path):
    broken = onnx.load(model)
    [index] = [i for i, tensor in enumerate(broken.graph.initializer) if tensor.name == "head.conv.weight"]
    del broken.graph.initializer[index]
    refused(saved(broken, tmp_path / "broken.onnx"), calibration, BAD, "head.conv.weight")


def test_an_operator_nobody_knows_is_named(calibration, refused, tmp_path):
    nodes = [helper.make_node("Relu", ["image"], ["a"]),
             helper.make_node("Frobnicate", ["a"], ["logits"], name="odd", domain="somebody.else")]
    broken = small_model(nodes)
    broken.opset_import.append(helper.make_opsetid("somebody.else", 1))
    refused(saved(broken, tmp_path / "odd.onnx"), calibration, BAD, "Frobnicate", "odd")


def test_a_weight_of_the_wrong_rank_names_its_node(calibration, refused, tmp_path):
    weight = numpy_helper.from_array(np.ones((4, 1, 3), np.float32), "weight")
    nodes = [helper.make_node("Conv", ["image", "weight"], ["logits"], name="stem")]
    refused(saved(small_model(nodes, [weight]), tmp_path / "rank.onnx"), calibration, BAD, "Conv", "stem")


# External data

def external_model(location):
    weight = TensorProto(name="weight", data_type=TensorProto.FLOAT, dims=[64], data_location=TensorProto.EXTERNAL)
    weight.external_data.add(key="location", value=location)
    return small_model([helper.make_node("Add", ["image", "weight"], ["logits"])], [weight])


@pytest.mark.parametrize("escape", ["parent", "absolute", "link", "linked folder", "hidden parent"])
def test_external_data_outside_the_models_folder(escape, calibration, refused, tmp_path):
    secret, folder = tmp_path / "secret.bin", tmp_path / "model"
    secret.write_bytes(bytes(256))
    folder.mkdir()
    (folder / "inner").mkdir()
    (folder / "link.bin").symlink_to(secret)
    (folder / "way").symlink_to(tmp_path)
    location = {"parent": "../secret.bin", "absolute": str(secret), "link": "link.bin",
                "linked folder": "way/secret.bin", "hidden parent": "inner/../../secret.bin"}[escape]
    refused(saved(external_model(location), folder / "model.onnx"), calibration, BAD, location)


def test_external_data_that_is_not_there(calibration, refused, tmp_path):
    refused(saved(external_model("absent.bin"), tmp_path / "model.onnx"), calibration, MISSING, "absent.bin")


def test_external_data_that_is_too_short(calibration, refused, tmp_path):
    (tmp_path / "short.bin").write_bytes(bytes(100))
    refused(saved(external_model("short.bin"), tmp_path / "model.onnx"), calibration, BAD, "weight")


# Samples

def image(**changes):
    return np.zeros(changes.get("shape", (4, 1, 8, 8)), changes.get("dtype", np.float32))


@pytest.mark.parametrize("arrays, words", [
    ({"image": image(shape=(4, 1, 9, 8))}, ["image", "9"]),
    ({"image": image(shape=(4, 8, 8))}, ["image"]),
    ({"image": image(shape=())}, ["image"]),
    ({"image": image(dtype=np.complex64)}, ["image"]),
    ({"image": np.full((4, 1, 8, 8), "seven")}, ["image"]),
    ({"picture": image()}, ["image"]),
    ({"image": image(shape=(0, 1, 8, 8))}, []),
    ({}, []),
], ids=["shape", "rank", "scalar", "complex", "text", "name", "no sample", "no array"])
def test_samples_that_do_not_fit(arrays, words, model, refused, tmp_path):
    np.savez(tmp_path / "samples.npz", **arrays)
    refused(model, tmp_path / "samples.npz", BAD, *words)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_with_values_that_are_no_numbers(value, model, refused, tmp_path):
    images = image()
    images[2, 0, 3, 4] = value
    np.savez(tmp_path / "samples.npz", image=images)
    refused(model, tmp_path / "samples.npz", BAD, "image")


def test_an_empty_folder_of_samples(model, refused, tmp_path):
    (tmp_path / "samples").mkdir()
    refused(model, tmp_path / "samples", BAD, "samples")


def test_samples_that_are_not_there(model, refused, tmp_path):
    refused(model, tmp_path / "absent.npz", MISSING, "absent.npz")


def test_a_damaged_archive_of_samples(model, calibration, refused, tmp_path):
    whole = calibration.read_bytes()
    for length in [0, 3, 100, len(whole) // 2, len(whole) - 5]:
        refused(model, saved(whole[:length], tmp_path / "cut.npz"), BAD, "cut.npz")


# Outputs

def test_an_output_folder_that_is_not_there(model, calibration, refused, tmp_path):
    refused(model, calibration, UNWRITABLE, "nowhere", output=tmp_path / "nowhere" / "quantized.onnx")


def test_an_output_that_is_a_folder(model, calibration, refused, tmp_path):
    (tmp_path / "taken.onnx").mkdir()
    refused(model, calibration, UNWRITABLE, "taken.onnx", output=tmp_path / "taken.onnx")
    assert list((tmp_path / "taken.onnx").iterdir()) == []


def test_a_failed_conversion_leaves_an_older_output_as_it_was(calibration, onnxq, tmp_path):
    older = saved(b"precious", tmp_path / "quantized.onnx")
    onnxq("convert", saved(b"", tmp_path / "bad.onnx"), older, "--calib", calibration, exit_code=BAD)
    assert older.read_bytes() == b"precious"
    assert {file.name for file in tmp_path.iterdir()} == {"quantized.onnx", "bad.onnx"}


def test_a_file_that_may_not_grow(model, calibration, refused):
    # Python ignores the signal of an overlong file; a child that inherits this gets the error instead.
    limited = {"wrapper": ["prlimit", "--fsize=4096"], "restore_signals": False}
    refused(model, calibration, UNWRITABLE, "quantized.onnx", **limited)


def test_a_full_disk(model, calibration, binary, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"]
    prepare = f"mount -t tmpfs -o size=8k tmpfs '{disk}'"
    if shutil.which("unshare") is None or subprocess.run([*mount, prepare], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk; a full disk stays untested here")
    command = f"'{binary}' convert '{model}' '{disk}/quantized.onnx' --calib '{calibration}' --samples 4"
    listing = f"code=$?; ls -A '{disk}'; exit $code"
    done = subprocess.run([*mount, f"{prepare}; {command}; {listing}"], capture_output=True, text=True, timeout=120)
    assert done.returncode == UNWRITABLE
    assert_one_line(done, "quantized.onnx")


# Other commands

@pytest.mark.parametrize("command", ["check", "compare", "run", "bench", "inspect"])
def test_every_command_refuses_what_is_no_model(command, model, calibration, onnxq, tmp_path):
    bad = saved(b"\xff" * 100, tmp_path / "bad.onnx")
    arguments = {"check": [model, bad, "--data", calibration], "compare": [model, bad, "--data", calibration],
                 "run": [bad, "--input", calibration, "--output", tmp_path / "out.npz"],
                 "bench": [bad], "inspect": [bad]}
    assert_one_line(onnxq(command, *arguments[command], exit_code=BAD), "bad.onnx")
    assert not (tmp_path / "out.npz").exists()


def test_run_leaves_no_output_where_samples_are_bad(model, onnxq, tmp_path):
    np.savez(tmp_path / "samples.npz", image=image(shape=(2, 3, 8, 8)))
    for output in ["out.npz", "out"]:
        arguments = [model, "--input", tmp_path / "samples.npz", "--output", tmp_path / output]
        assert_one_line(onnxq("run", *arguments, exit_code=BAD), "image")
        assert not (tmp_path / output).exists()


def test_run_says_where_it_cannot_write(model, calibration, onnxq, tmp_path):
    arguments = [model, "--input", calibration, "--output", tmp_path / "nowhere" / "out.npz"]
    assert_one_line(onnxq("run", *arguments, exit_code=UNWRITABLE), "nowhere")
