"""Networks that compute shapes and positions as they run, as detectors with free extents do, and loops that end
elsewhere once values are rounded: the steps toward accuracy are taken, and nothing fails."""
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session
from test_loops import loop

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
info = helper.make_tensor_value_info


def detector():
    """Two convolutions, and the positions of their output's columns, made by Range and Expand, added to it."""
    pick = np.random.default_rng(5)
    constants = {"w": pick.standard_normal((8, 3, 3, 3)).astype(np.float32) / 3,
                 "v": pick.standard_normal((8, 8, 3, 3)).astype(np.float32) / 5,
                 "b": pick.standard_normal(8).astype(np.float32), "width_axis": np.array(3), "zero": np.float32(0),
                 "one": np.float32(1), "rows": np.array([1, 8, -1])}
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["inner"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["inner"], ["positive"]),
        helper.make_node("Conv", ["positive", "v", "b"], ["maps"], pads=[1, 1, 1, 1]),
        helper.make_node("Shape", ["maps"], ["shape"]),
        helper.make_node("Gather", ["shape", "width_axis"], ["width"]),
        helper.make_node("Cast", ["width"], ["end"], to=FLOAT),
        helper.make_node("Range", ["zero", "end", "one"], ["columns"]),
        helper.make_node("Expand", ["columns", "shape"], ["positions"]),
        helper.make_node("Add", ["maps", "positions"], ["boxes"]),
        helper.make_node("Reshape", ["boxes", "rows"], ["y"])]
    graph = helper.make_graph(
        nodes, "g", [info("x", FLOAT, ["batch", 3, "height", "width"])], [info("y", FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def convert(onnxq, tmp_path, model, samples, *options):
    """The report of a conversion at `balanced`."""
    onnx.save(model, tmp_path / "m.onnx")
    np.savez(tmp_path / "c.npz", x=samples)
    done = onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "c.npz",
                 "--effort", "balanced", "--json", *options)
    return json.loads(done.stdout)


def test_steps_toward_accuracy_pass_positions_that_are_computed(onnxq, tmp_path):
    model, pick = detector(), np.random.default_rng(6)
    report = convert(onnxq, tmp_path, model, pick.standard_normal((32, 3, 12, 10)).astype(np.float32))
    assert report["notes"] == []
    assert any(step["kept"] for step in report["accuracy_steps"])
    sample = pick.standard_normal((1, 3, 12, 10)).astype(np.float32)
    expected, got = (session(tmp_path / name).run(None, {"x": sample})[0] for name in ("m.onnx", "q.onnx"))
    np.testing.assert_allclose(got, expected, rtol=0, atol=0.2)


def test_products_of_as_many_rows_as_a_sample_selects(onnxq, tmp_path):
    """How many rows there are changes from sample to sample, and comes back."""
    pick = np.random.default_rng(8)
    constants = {"w": pick.standard_normal((24, 40)).astype(np.float32) / 5,
                 "b": pick.standard_normal(40).astype(np.float32), "zero": np.float32(0), "zeros": np.array([0]),
                 "ones": np.array([1]), "v": pick.standard_normal((40, 8)).astype(np.float32)}
    nodes = [
        helper.make_node("Slice", ["x", "zeros", "ones", "ones"], ["first"]),
        helper.make_node("Squeeze", ["first", "ones"], ["scores"]),
        helper.make_node("Greater", ["scores", "zero"], ["chosen"]),
        helper.make_node("Compress", ["x", "chosen"], ["rows"], axis=0),
        helper.make_node("Gemm", ["rows", "w", "b"], ["inner"]),
        helper.make_node("Relu", ["inner"], ["positive"]),
        helper.make_node("MatMul", ["positive", "v"], ["y"])]
    graph = helper.make_graph(
        nodes, "g", [info("x", FLOAT, [12, 24])], [info("y", FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "m.onnx")
    samples, counts = pick.standard_normal((5, 12, 24)).astype(np.float32), [4, 4, 7, 1, 4]
    for sample, count in zip(samples, counts):
        sample[:, 0] = np.where(np.arange(12) < count, 1, -1)
    np.savez(tmp_path / "x.npz", x=samples)
    onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz", "--effort", "fast")
    for name, mode, tolerance in [("m.onnx", "literal", 1e-5), ("m.onnx", "integer", 1e-5), ("q.onnx", "integer", 1e-4)]:
        results, judge = tmp_path / f"{name}-{mode}", session(tmp_path / name)
        onnxq("run", tmp_path / name, "--input", tmp_path / "x.npz", "--output", results, "--mode", mode)
        for index, (sample, count) in enumerate(zip(samples, counts)):
            [want] = judge.run(None, {"x": sample})
            assert want.shape == (count, 8)
            file = results / f"test_data_set_{index}" / "output_0.pb"
            got = numpy_helper.to_array(onnx.TensorProto.FromString(file.read_bytes()))
            np.testing.assert_allclose(got, want, rtol=0, atol=tolerance * np.abs(want).max())


@pytest.fixture(scope="module")
def wandering(onnxq, tmp_path_factory):
    """A network whose loop ends after another number of rounds in some samples once it is quantized, and its report."""
    folder = tmp_path_factory.mktemp("loop")
    samples = np.random.default_rng(7).standard_normal((32, 3, 8, 8)).astype(np.float32)
    return folder, convert(onnxq, folder, loop(1000, 100.0), samples)


def test_a_conversion_tells_in_how_many_samples_an_output_has_another_shape(wandering):
    _, report = wandering
    fidelity = {output["name"]: output for output in report["fidelity"]}
    assert 0 < fidelity["all"]["other_shape"] < 16 and "other_shape" not in fidelity["total"]
    assert fidelity["all"]["sqnr_db"] > 20
    [note] = report["notes"]
    assert "'all'" in note and f"{fidelity['all']['other_shape']} of 16 samples" in note
    assert report["accuracy_steps"]


def test_a_sample_of_another_shape_misses_limits_and_stops_nothing_else(onnxq, wandering):
    folder, _ = wandering
    files = (folder / "m.onnx", folder / "q.onnx", "--data", folder / "c.npz")
    free = json.loads(onnxq("check", *files, "--json").stdout)
    for mode in free["modes"]:
        assert 0 < mode["outputs"][1]["other_shape"] < 32 and mode["outputs"][1]["sqnr_db"] > 20
    assert "has another shape than in float in" in onnxq("check", *files).stdout
    bound = onnxq("check", *files, "--min-sqnr", 1, "--json", exit_code=1)
    [tolerance] = json.loads(bound.stdout)["tolerances"]
    assert not tolerance["passed"] and "another shape" in tolerance["place"]
    layers = json.loads(onnxq("compare", *files, "--json").stdout)
    assert layers["other_shape"]["all"] > 0 and "another shape" in onnxq("compare", *files).stdout


def test_a_limit_that_samples_of_another_shape_miss_releases_operators(onnxq, wandering, tmp_path):
    folder, _ = wandering
    samples = np.load(folder / "c.npz")["x"]
    report = convert(onnxq, tmp_path, loop(1000, 100.0), samples, "--min-sqnr", 25)
    assert all("other_shape" not in output for output in report["fidelity"])
    assert report["release"]["operators"] and report["notes"] == []


def test_models_that_never_fit_are_refused(onnxq, tmp_path):
    for name, pads in (("a.onnx", 1), ("b.onnx", 0)):
        weight = np.random.default_rng(8).standard_normal((2, 3, 3, 3)).astype(np.float32)
        graph = helper.make_graph(
            [helper.make_node("Conv", ["x", "w"], ["y"], pads=[pads] * 4)], "g", [info("x", FLOAT, [1, 3, 8, 8])],
            [info("y", FLOAT, None)], [numpy_helper.from_array(weight, "w")])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / name)
    np.savez(tmp_path / "x.npz", x=np.ones((2, 3, 8, 8), np.float32))
    for command in ("check", "compare"):
        done = onnxq(command, tmp_path / "a.onnx", tmp_path / "b.onnx", "--data", tmp_path / "x.npz", exit_code=65)
        assert "shape" in done.stderr


def test_bench_names_the_shapes_that_it_needs(onnxq, tmp_path):
    graph = helper.make_graph(
        [helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[8])], "g", [info("x", FLOAT, ["n", 2, "length"])],
        [info("y", FLOAT, None)])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "m.onnx")
    done = onnxq("bench", tmp_path / "m.onnx", exit_code=64)
    assert "--shape x=nx2xlength" in done.stderr
    onnxq("bench", tmp_path / "m.onnx", "--shape", "x=1x2x64", "--runs", 1)


def test_inspect_knows_loops(onnxq, tmp_path):
    onnx.save(loop(3, 1e9), tmp_path / "m.onnx")
    assert json.loads(onnxq("inspect", tmp_path / "m.onnx", "--json").stdout)["unsupported"] == {}


def test_products_that_branches_hide_are_named(onnxq, tmp_path):
    """As in networks of which one input chooses the half that works."""
    pick = np.random.default_rng(9)
    branches = {f"{name}_branch": helper.make_graph(
        [helper.make_node("Conv", ["x", f"w{name}"], [f"y{name}"])], name, [], [info(f"y{name}", FLOAT, None)],
        [numpy_helper.from_array(pick.standard_normal((4, 3, 3, 3)).astype(np.float32), f"w{name}")])
        for name in ("then", "else")}
    graph = helper.make_graph(
        [helper.make_node("Equal", ["rate", "high"], ["is_high"]),
         helper.make_node("If", ["is_high"], ["y"], **branches)],
        "g", [info("x", FLOAT, [1, 3, 8, 8]), info("rate", INT64, [])], [info("y", FLOAT, None)],
        [numpy_helper.from_array(np.array(16000), "high")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=pick.standard_normal((4, 3, 8, 8)).astype(np.float32), rate=np.full(4, 16000))
    done = onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz", "--json")
    assert "convolutions and matrix products inside If and Loop nodes stay float: 2" in json.loads(done.stdout)["notes"]
