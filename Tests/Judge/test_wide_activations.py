"""Activations of 16 bits out of `convert`: a tolerance that 8 bits miss is kept on integers, in a file that is valid
and that ONNX Runtime runs alike."""
import json

import jsonschema
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from conftest import ROOT
from runtime import arrays, session

SCHEMA = json.loads((ROOT / "Schemas/report.schema.json").read_text())
WIDE = {"qnn": TensorProto.UINT16, "int8": TensorProto.INT16}
BITS = {TensorProto.UINT8: 8, TensorProto.INT8: 8, TensorProto.UINT16: 16, TensorProto.INT16: 16}
MOVES = ["Flatten", "Reshape", "Transpose", "MaxPool", "Relu", "Clip", "Squeeze", "Unsqueeze", "Slice", "Gather"]


def convert(onnxq, model, output, samples, *options, exit_code=0):
    """Converts and gives the report, which follows the schema."""
    done = onnxq("convert", model, output, "--calib", samples, "--json", *options, exit_code=exit_code)
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA, jsonschema.Draft202012Validator)
    return report


class Graph:
    """A quantized graph with the types of its grids."""

    def __init__(self, path):
        self.model = onnx.load(path)
        self.nodes = {node.name: node for node in self.model.graph.node}
        self.producers = {name: node for node in self.model.graph.node for name in node.output}
        self.constants = {tensor.name: tensor for tensor in self.model.graph.initializer}
        self.readers = {}
        for node in self.model.graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)

    def grid(self, value):
        """The integer type behind a dequantized activation; None where there is none."""
        node = self.producers.get(value)
        if node is None or node.op_type != "DequantizeLinear" or node.input[0] in self.constants:
            return None
        return self.constants[node.input[2]].data_type

    def weights(self, name):
        """The integers of a constant input and its type."""
        tensor = self.constants[self.producers[name].input[0]]
        return numpy_helper.to_array(tensor), tensor.data_type

    def inputs(self, node):
        """The bits of the activations that a node reads."""
        return {BITS[grid] for grid in map(self.grid, node.input) if grid is not None}

    def output(self, node):
        """The bits to which a node's result is quantized, behind its activation; None where it stays float."""
        value = node.output[0]
        for _ in range(2):
            for reader in self.readers.get(value, []):
                if reader.op_type == "QuantizeLinear":
                    return BITS[self.constants[reader.input[2]].data_type]
                if reader.op_type in ["Relu", "Clip"]:
                    value = reader.output[0]
        return None


@pytest.fixture(scope="module", params=["digits_cnn-qnn", "digits_cnn-int8", "digits_transformer-qnn"])
def converted(request, onnxq, bundled, calibration, tmp_path_factory):
    """A bundled model, its form with some activations on 16 bits, the target and the report."""
    name, target = request.param.split("-")
    folder = tmp_path_factory.mktemp("wide")
    model = bundled / f"{name}.onnx"
    plain = convert(onnxq, model, folder / "plain.onnx", calibration, "--target", target)
    report = convert(onnxq, model, folder / "wide.onnx", calibration, "--target", target, "--min-sqnr",
                     plain["fidelity"][0]["sqnr_db"] + 3)
    return model, folder / "wide.onnx", target, report


def test_the_tolerance_is_kept_on_integers(converted, evaluation, bundled):
    report = converted[3]
    [tolerance] = report["tolerances"]
    counts, before = report["multiply_accumulates"], report["release"]["multiply_accumulates_before"]
    assert tolerance["passed"] and tolerance["value"] >= tolerance["limit"]
    assert counts["float"] == before["float"] and counts["integer"] == before["integer"] == before["integer_8"]
    assert 0 < counts["integer_16"] == counts["integer"] - counts["integer_8"]
    assert {entry.get("released_to") for entry in report["release"]["operators"]} == {None, "16-bit"}


def test_operators_have_16_bits_at_all_their_inputs_and_outputs(converted):
    graph = Graph(converted[1])
    onnx.checker.check_model(graph.model, full_check=True)
    assert {entry.domain: entry.version for entry in graph.model.opset_import}[""] == 21
    activations = {graph.grid(output) for output in graph.producers} - {None}
    assert {grid for grid in activations if BITS[grid] == 16} == {WIDE[converted[2]]}
    released = [entry["name"] for entry in converted[3]["release"]["operators"] if "released_to" in entry]
    assert released
    for node in graph.nodes.values():
        if node.op_type in ["QuantizeLinear", "DequantizeLinear"] or not graph.inputs(node):
            continue
        [bits] = graph.inputs(node)
        assert graph.output(node) in [None, bits], node.name
        assert node.op_type in MOVES or (bits == 16) == (node.name in released), node.name


def test_weights_and_biases_are_as_for_8_bits(converted):
    graph = Graph(converted[1])
    for entry in converted[3]["release"]["operators"]:
        node = graph.nodes[entry["name"]]
        if "released_to" not in entry or node.op_type not in ["Conv", "Gemm"]:
            continue
        integers, kind = graph.weights(node.input[1])
        assert kind == TensorProto.INT8 and integers.min() >= -127
        weight, bias, data = (graph.producers[name] for name in [node.input[1], node.input[2], node.input[0]])
        scales = [numpy_helper.to_array(graph.constants[each.input[1]]) for each in [data, weight, bias]]
        assert graph.weights(node.input[2])[1] == TensorProto.INT32
        assert np.array_equal(scales[0] * scales[1], scales[2])


def run(onnxq, model, samples, mode, folder):
    onnxq("run", model, "--input", samples, "--output", folder / "y.npz", "--mode", mode)
    return arrays(folder / "y.npz")["logits"]


def test_node_by_node_the_outputs_are_those_of_onnx_runtime(converted, onnxq, evaluation, tmp_path):
    images = arrays(evaluation)["image"][:32]
    np.savez(tmp_path / "x.npz", image=images)
    got = run(onnxq, converted[1], tmp_path / "x.npz", "literal", tmp_path)
    judge = session(converted[1], optimized=False)
    want = np.concatenate([judge.run(None, {"image": image[None]})[0] for image in images])
    got = got.reshape(want.shape)
    equal = (got == want).all(axis=1)
    # Erf and Softmax may differ in the last bit, and so a grid behind them by a step.
    assert equal.mean() > 0.75 if "transformer" in converted[0].name else equal.all()


def test_on_integers_the_outputs_are_those_of_onnx_runtime(converted, onnxq, evaluation, tmp_path):
    images = arrays(evaluation)["image"][:200]
    np.savez(tmp_path / "x.npz", image=images)
    got = run(onnxq, converted[1], tmp_path / "x.npz", "integer", tmp_path)
    want, float32 = (session(model).run(None, {"image": images})[0].astype(np.float64) for model in
                     [converted[1], converted[0]])
    apart, lost = np.square(got.reshape(want.shape) - want).sum(), np.square(want - float32).sum()
    assert apart < 0.05 * lost, "what sets the two apart is far less than what quantization costs"


def test_every_command_takes_the_file(converted, onnxq, evaluation):
    model, wide, target, report = converted
    onnxq("check", model, wide, "--data", evaluation, "--min-sqnr", report["tolerances"][0]["limit"] - 3)
    onnxq("compare", model, wide, "--data", evaluation, "--samples", 16)
    onnxq("bench", wide, "--runs", 2)
    inspected = json.loads(onnxq("inspect", wide, "--json").stdout)
    assert inspected["quantization"]["activations"][{"qnn": "uint16", "int8": "int16"}[target]] > 0
    counts = inspected["multiply_accumulates"]
    jsonschema.validate(inspected, SCHEMA, jsonschema.Draft202012Validator)
    assert 0 < counts["integer_16"] <= counts["integer"] <= counts["total"]


def test_operators_go_to_float_where_16_bits_are_not_enough(onnxq, bundled, calibration, evaluation, tmp_path):
    report = convert(onnxq, bundled / "digits_cnn.onnx", tmp_path / "mixed.onnx", calibration, "--target", "qnn",
                     "--min-sqnr", 48)
    counts = report["multiply_accumulates"]
    assert counts["float"] > 0 and counts["integer"] > 0 and report["tolerances"][0]["passed"]
    assert "float" in {entry.get("released_to") for entry in report["release"]["operators"]}
    onnx.checker.check_model(onnx.load(tmp_path / "mixed.onnx"), full_check=True)
    onnxq("check", bundled / "digits_cnn.onnx", tmp_path / "mixed.onnx", "--data", evaluation, "--min-sqnr", 40)


def test_a_limit_that_8_bits_keep_changes_nothing(onnxq, bundled, calibration, tmp_path):
    model = bundled / "digits_cnn.onnx"
    convert(onnxq, model, tmp_path / "plain.onnx", calibration, "--target", "qnn")
    report = convert(onnxq, model, tmp_path / "kept.onnx", calibration, "--target", "qnn", "--min-sqnr", 20)
    assert (tmp_path / "plain.onnx").read_bytes() == (tmp_path / "kept.onnx").read_bytes()
    assert report["multiply_accumulates"]["integer_16"] == 0 and report["output"]["opset"] < 21


def test_top1_is_kept_on_16_bits(onnxq, bundled, tmp_path):
    images = np.random.default_rng(3).uniform(-1, 1, (256, 1, 8, 8)).astype(np.float32)
    labels = session(bundled / "digits_cnn.onnx").run(None, {"image": images})[0].argmax(axis=1)
    np.savez(tmp_path / "noise.npz", image=images, label=labels)
    report = convert(onnxq, bundled / "digits_cnn.onnx", tmp_path / "wide.onnx", tmp_path / "noise.npz", "--target",
                     "qnn", "--effort", "fast", "--max-top1-drop", 0)
    before, after = report["release"]["before"], report["release"]["after"]
    assert before["top1_float"] == 100 and before["top1_quant"] < 100 == after["top1_quant"]
    judged = session(tmp_path / "wide.onnx").run(None, {"image": images})[0].argmax(axis=1)
    assert 100 * np.mean(judged == labels) > before["top1_quant"]
    assert report["multiply_accumulates"]["integer_16"] > 0


def test_the_text_says_what_is_on_16_bits(onnxq, bundled, calibration, tmp_path):
    words = onnxq("convert", bundled / "digits_cnn.onnx", tmp_path / "wide.onnx", "--calib", calibration, "--target",
                  "qnn", "--min-sqnr", 38).stdout
    for field in ["On integers", "Released"]:
        [line] = [line for line in words.splitlines() if line.startswith(field)]
        assert "% on 8 bits" in line and "% on 16" in line
    assert " to 16 bits: " in words


@pytest.mark.parametrize("seed", range(6))
def test_values_that_both_widths_read_are_valid(seed, onnxq, tmp_path):
    """Branches that meet again, joined or added, behind a pooling: whatever is released, the file runs."""
    pick = np.random.default_rng(seed)
    print("seed", seed)

    def conv(name, x, channels=8):
        weight = (pick.normal(size=(8, channels, 3, 3)) * pick.choice([0.02, 0.3, 2])).astype(np.float32)
        constants.append(numpy_helper.from_array(weight, f"{name}_w"))
        constants.append(numpy_helper.from_array(pick.normal(size=8).astype(np.float32), f"{name}_b"))
        nodes.append(helper.make_node("Conv", [x, f"{name}_w", f"{name}_b"], [f"{name}_c"], f"{name}", pads=[1] * 4))
        nodes.append(helper.make_node(str(pick.choice(["Relu", "LeakyRelu"])), [f"{name}_c"], [name]))

    nodes, constants = [], []
    conv("stem", "x", 3)
    nodes.append(helper.make_node("MaxPool", ["stem"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]))
    conv("left", "pooled")
    conv("right", "pooled")
    nodes.append(helper.make_node("Add", ["left", "pooled"], ["sum"], "sum"))
    nodes.append(helper.make_node("Concat", ["sum", "right", "pooled"], ["joined"], "join", axis=1))
    conv("last", "joined", 24)
    nodes.append(helper.make_node("Mul", ["last", "right"], ["product"], "product"))
    conv("head", "product")
    graph = helper.make_graph(
        nodes, "branches", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 12, 12])],
        [helper.make_tensor_value_info("head", TensorProto.FLOAT, [1, 8, 6, 6])], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=pick.normal(size=(16, 3, 12, 12)).astype(np.float32))
    plain = convert(onnxq, tmp_path / "m.onnx", tmp_path / "q.onnx", tmp_path / "x.npz", "--target", "qnn")
    report = convert(onnxq, tmp_path / "m.onnx", tmp_path / "q.onnx", tmp_path / "x.npz", "--target", "qnn",
                     "--min-sqnr", plain["fidelity"][0]["sqnr_db"] + float(pick.uniform(1, 8)))
    assert report["tolerances"][0]["passed"]
    onnx.checker.check_model(onnx.load(tmp_path / "q.onnx"), full_check=True)
    x = arrays(tmp_path / "x.npz")["x"]
    judge = session(tmp_path / "q.onnx", optimized=False)
    onnxq("run", tmp_path / "q.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz", "--mode",
          "literal")
    got = arrays(tmp_path / "y.npz")["head"]
    want = np.stack([judge.run(None, {"x": row[None]})[0] for row in x])
    assert np.array_equal(got.reshape(want.shape), want)


def test_weights_have_their_own_size_where_16_bits_hold_the_channels(onnxq, tmp_path):
    """Outlying channels are divided for 8 bits, and the weights behind them multiplied; with 16 bits neither is."""
    pick = np.random.default_rng(5)
    gamma = np.where(np.arange(64) % 16 == 3, 40, 1).astype(np.float32)
    weights = {f"w{i}": pick.normal(size=(64, 96)).astype(np.float32) for i in range(3)}
    tensors = {"gamma": gamma, "beta": np.zeros(64, np.float32), **weights}
    nodes = [helper.make_node("LayerNormalization", ["x", "gamma", "beta"], ["n"], "norm")]
    nodes += [helper.make_node("MatMul", ["n", name], [f"y_{name}"], f"product_{name}") for name in weights]
    graph = helper.make_graph(
        nodes, "projections", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 12, 64])],
        [helper.make_tensor_value_info(f"y_{name}", TensorProto.FLOAT, [1, 12, 96]) for name in weights],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=pick.normal(size=(32, 12, 64)).astype(np.float32))

    def norm(path, *options):
        report = convert(onnxq, tmp_path / "m.onnx", path, tmp_path / "x.npz", "--target", "qnn", *options)
        written = Graph(path)
        scale = numpy_helper.to_array(written.constants[written.nodes["norm"].input[1]])
        return report, scale, [np.abs(written.weights(written.nodes[f"product_{name}"].input[1])[0]).max(axis=1)
                               for name in weights]

    report, scale, rows = norm(tmp_path / "plain.onnx", "--min-sqnr", 10)
    assert any(step["name"] == "channel-scaling" and step["kept"] for step in report["accuracy_steps"])
    assert not np.allclose(scale, gamma)
    report, scale, rows = norm(tmp_path / "wide.onnx", "--min-sqnr", report["release"]["before"]["sqnr_db"] + 2)
    assert report["multiply_accumulates"]["integer_16"] == report["multiply_accumulates"]["total"]
    assert np.array_equal(scale, gamma)
    assert all(row.min() > 64 for row in rows), "every row of a weight has the same spread, and so has large integers"
