"""What detectors do behind their convolutions, on as many boxes as they have: as ONNX Runtime does it."""
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import arrays, session

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
info = helper.make_tensor_value_info


def model(path, nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(
        nodes, "g", [info(name, FLOAT, shape) for name, shape in inputs.items()],
        [info(name, kind, None) for name, kind in outputs.items()],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in dict(constants).items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 16)], ir_version=8), path)
    return path


def both(onnxq, folder, path, samples):
    """The outputs of ONNX Runtime and of onnxq for one sample, by name."""
    np.savez(folder / "x.npz", **samples)
    onnxq("run", path, "--input", folder / "x.npz", "--output", folder / "y.npz")
    judge, own = session(path), arrays(folder / "y.npz")
    feeds = {name: array[0] for name, array in samples.items()}
    names = [output.name for output in judge.get_outputs()]
    return {name: (expected, own[name][0]) for name, expected in zip(names, judge.run(None, feeds))}


def selection(path, most, least, **attributes):
    """The boxes that are kept, and their scores, picked from all."""
    constants = {"most": np.int64([most]), "overlap": np.float32([0.5])} | (
        {} if least is None else {"least": np.float32([least])})
    nodes = [
        helper.make_node("NonMaxSuppression", ["boxes", "scores", *constants], ["kept"], **attributes),
        helper.make_node("GatherND", ["scores", "kept"], ["marks"])]
    shapes = {"boxes": ["images", "boxes", 4], "scores": ["images", "classes", "boxes"]}
    return model(path, nodes, shapes, {"kept": INT64, "marks": FLOAT}, constants)


def crowd(images, classes, count):
    """Boxes in a heap, some of them alike, some without an area; among the scores are equal ones."""
    pick = np.random.default_rng(3)
    corner = pick.uniform(0, 300, (images, count, 2))
    boxes = np.concatenate([corner, corner + pick.uniform(-20, 60, (images, count, 2))], axis=2)
    boxes[:, ::50] = boxes[:, 1::50]
    boxes[:, 7::100, 2:] = boxes[:, 7::100, :2]
    scores = np.round(pick.uniform(0, 1, (images, classes, count)), 3)
    return {"boxes": boxes.astype(np.float32)[None], "scores": scores.astype(np.float32)[None]}


@pytest.mark.parametrize("images, classes, count, most, least", [
    (1, 1, 3000, 3000, None), (2, 7, 500, 40, 0.3), (1, 3, 17, 5, 0.0), (1, 2, 100, 100, 1.0)])
def test_the_boxes_that_are_kept_are_those_that_onnx_runtime_keeps(
        onnxq, tmp_path, images, classes, count, most, least):
    path = selection(tmp_path / "m.onnx", most, least)
    for name, (expected, got) in both(onnxq, tmp_path, path, crowd(images, classes, count)).items():
        np.testing.assert_array_equal(got, expected, err_msg=name)


def test_boxes_may_be_given_by_their_centres(onnxq, tmp_path):
    path, samples = selection(tmp_path / "m.onnx", 200, 0.1, center_point_box=1), crowd(1, 4, 400)
    samples["boxes"][..., 2:] = np.abs(samples["boxes"][..., 2:] - samples["boxes"][..., :2])
    for name, (expected, got) in both(onnxq, tmp_path, path, samples).items():
        np.testing.assert_array_equal(got, expected, err_msg=name)


@pytest.mark.parametrize("mode", ["avg", "max"])
@pytest.mark.parametrize("ratio", [0, 2])
@pytest.mark.parametrize("channels", [3, 32, 70])
def test_regions_are_cut_out_as_onnx_runtime_cuts_them(onnxq, tmp_path, mode, ratio, channels):
    pick = np.random.default_rng(4)
    corner = pick.uniform(-30, 200, (40, 2))
    regions = np.concatenate([corner, corner + pick.uniform(0, 200, (40, 2))], axis=1).astype(np.float32)
    node = helper.make_node(
        "RoiAlign", ["x", "regions", "images"], ["y"], output_height=7, output_width=5, sampling_ratio=ratio,
        spatial_scale=0.125, mode=mode, coordinate_transformation_mode="output_half_pixel")
    path = model(tmp_path / "m.onnx", [node], {"x": [2, channels, 25, 34]}, {"y": FLOAT},
                 {"regions": regions, "images": np.arange(40) % 2})
    samples = {"x": pick.standard_normal((1, 2, channels, 25, 34)).astype(np.float32)}
    [(expected, got)] = both(onnxq, tmp_path, path, samples).values()
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


def test_bench_times_what_runs_node_by_node_too(onnxq, tmp_path):
    path = selection(tmp_path / "m.onnx", 100, 0.5)
    shapes = ["--shape", "boxes=1x300x4", "--shape", "scores=1x6x300"]
    done = onnxq("bench", path, *shapes, "--runs", 3, "--profile", "--json")
    profile = json.loads(done.stdout)["profile"]
    assert {operator["operator"] for operator in profile["operators"]} == {"NonMaxSuppression", "GatherND"}
    assert all(step["ms"] > 0 for step in profile["steps"])
