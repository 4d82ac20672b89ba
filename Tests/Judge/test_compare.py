"""What compare says of each layer: its own error as ONNX Runtime measures it, and why it is large."""
import html.parser
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import arrays, session


@pytest.fixture(scope="module")
def pair(onnxq, bundled, calibration, tmp_path_factory):
    """The bundled CNN, and quantized with ranges only."""
    quantized = tmp_path_factory.mktemp("compare") / "quantized.onnx"
    onnxq("convert", bundled / "digits_cnn.onnx", quantized, "--calib", calibration, "--effort", "fast")
    return bundled / "digits_cnn.onnx", quantized


def test_own_errors_are_those_of_the_layer_cut_out(onnxq, pair, evaluation, tmp_path):
    report = json.loads(onnxq("compare", *pair, "--data", evaluation, "--samples", 8, "--json").stdout)
    images = arrays(evaluation)["image"][:8].astype(np.float32)
    float_model, quantized = onnx.load(pair[0]), onnx.shape_inference.infer_shapes(onnx.load(pair[1]))
    names = [layer["value"] for layer in report["layers"]]
    for name in set(names) - {"logits"}:
        float_model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    judge = session(float_model, optimized=False)
    runs = [dict(zip([output.name for output in judge.get_outputs()], judge.run(None, {"image": image[None]})))
            | {"image": image[None]} for image in images]
    producers = {output: node for node in quantized.graph.node for output in node.output}
    for layer in report["layers"]:
        reached, inputs = [layer["value"]], set()
        while reached:
            for name in producers[reached.pop()].input:
                if name in names or name == "image":
                    inputs.add(name)
                elif name in producers:
                    reached.append(name)
        part = onnx.utils.Extractor(quantized).extract_model(sorted(inputs), [layer["value"]])
        own = session(part, optimized=False)
        pairs = [(run[layer["value"]].astype(np.float64), own.run(None, {name: run[name] for name in inputs})[0])
                 for run in runs]
        noise = sum(((u - v) ** 2).sum() for u, v in pairs)
        expected = 10 * np.log10(sum((u * u).sum() for u, _ in pairs) / noise)
        assert layer["own_sqnr_db"] == pytest.approx(expected, abs=0.2), layer["value"]


def networks(flaw):
    """A product and its quantized form with one flaw, and samples for both."""
    random = np.random.default_rng(11)
    x = random.standard_normal((64, 16)).astype(np.float32)
    weight = random.standard_normal((16, 8)).astype(np.float32)
    if flaw == "weights-share-scale":
        weight[:, 1:] /= 200
    if flaw == "uneven-channels":
        weight[:, 0] *= 40
    y = x @ weight
    if flaw == "outliers":
        x[0] *= 60
        y = x @ weight
    spread = np.abs(weight).max() if flaw == "weights-share-scale" else np.abs(weight).max(axis=0)
    step = (spread / 127).astype(np.float32)
    integers = np.round(weight / step).astype(np.int8)
    most = np.abs(y).max() * {"saturation": 0.3, "few-levels": 8}.get(flaw, 1)
    bias = np.full(8, most / 16 if flaw == "mean-error" else 0, np.float32)
    node, constant = helper.make_node, numpy_helper.from_array
    value = helper.make_tensor_value_info
    ends = [value("x", TensorProto.FLOAT, [None, 16])], [value("y", TensorProto.FLOAT, [None, 8])]
    float_nodes = [node("MatMul", ["x", "w"], ["m"]), node("Add", ["m", "b"], ["y"])]
    float_graph = helper.make_graph(float_nodes, "float", *ends, [constant(weight, "w"), constant(0 * bias, "b")])
    nodes = [
        node("DequantizeLinear", ["w_q", "w_s"], ["w"], **({} if step.ndim == 0 else {"axis": 1})),
        node("MatMul", ["x", "w"], ["m_float"]), node("Add", ["m_float", "b"], ["y_float"]),
        node("QuantizeLinear", ["y_float", "y_s", "y_z"], ["y_q"]),
        node("DequantizeLinear", ["y_q", "y_s", "y_z"], ["y"]),
    ]
    constants = [constant(integers, "w_q"), constant(step, "w_s"), constant(bias, "b"),
                 constant(np.float32(most / 127), "y_s"), constant(np.int8(0), "y_z")]
    graph = helper.make_graph(nodes, "quantized", *ends, constants)
    imports = [helper.make_opsetid("", 17)]
    return [helper.make_model(entry, opset_imports=imports, ir_version=8) for entry in [float_graph, graph]], x


FLAWS = ["saturation", "mean-error", "few-levels", "outliers", "uneven-channels", "weights-share-scale"]


@pytest.mark.parametrize("flaw", FLAWS)
def test_the_flaw_of_a_layer_is_named(flaw, onnxq, tmp_path):
    models, x = networks(flaw)
    for name, model in zip(["float", "quantized"], models):
        onnx.save(model, tmp_path / f"{name}.onnx")
    np.save(tmp_path / "x.npy", x)
    command = ["compare", tmp_path / "float.onnx", tmp_path / "quantized.onnx", "--data", tmp_path / "x.npy"]
    [layer] = json.loads(onnxq(*command, "--json").stdout)["layers"]
    assert flaw in [cause["kind"] for cause in layer["causes"]], layer
    assert not {"saturation", "mean-error", "few-levels"} - {flaw} & {cause["kind"] for cause in layer["causes"]}
    assert "What stands out, and what usually helps" in onnxq(*command).stdout


def test_parts_of_a_concat_that_differ_are_named(onnxq, tmp_path):
    value, node = helper.make_tensor_value_info, helper.make_node
    ends = [value("x", TensorProto.FLOAT, [None, 4])], [value("y", TensorProto.FLOAT, [None, 8])]
    constants = [numpy_helper.from_array(np.float32(1000), "k")]
    nodes = [node("Sigmoid", ["x"], ["scores"]), node("Mul", ["scores", "k"], ["boxes"]),
             node("Concat", ["scores", "boxes"], ["y"], axis=1)]
    float_model = helper.make_graph(nodes, "float", *ends, constants)
    nodes[-1].output[0] = "joined"
    nodes += [node("QuantizeLinear", ["joined", "s", "z"], ["q"]), node("DequantizeLinear", ["q", "s", "z"], ["y"])]
    constants += [numpy_helper.from_array(np.float32(1000 / 255), "s"), numpy_helper.from_array(np.uint8(0), "z")]
    quantized = helper.make_graph(nodes, "quantized", *ends, constants)
    for name, graph in [("float", float_model), ("quantized", quantized)]:
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.save(model, tmp_path / f"{name}.onnx")
    np.save(tmp_path / "x.npy", np.random.default_rng(1).standard_normal((16, 4)).astype(np.float32))
    layers = json.loads(onnxq("compare", tmp_path / "float.onnx", tmp_path / "quantized.onnx", "--data",
                              tmp_path / "x.npy", "--json").stdout)["layers"]
    [join] = [layer for layer in layers if layer["value"] == "y"]
    assert "mixed-parts" in [cause["kind"] for cause in join["causes"]]


def test_the_page_holds_every_layer_and_escapes_names(onnxq, pair, evaluation, tmp_path):
    class Cells(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.rows, self.cells = [], []

        def handle_starttag(self, tag, attributes):
            if tag == "tr":
                self.rows.append([])
            if tag == "td":
                self.rows[-1].append("")

        def handle_data(self, data):
            if self.rows and self.rows[-1]:
                self.rows[-1][-1] += data.strip()

    model = onnx.load(pair[0])
    for node in model.graph.node:
        node.input[:] = ["<b>&" if name == "/stem/relu/Relu_output_0" else name for name in node.input]
        node.output[:] = ["<b>&" if name == "/stem/relu/Relu_output_0" else name for name in node.output]
    onnx.save(model, tmp_path / "strange.onnx")
    command = ["compare", tmp_path / "strange.onnx", tmp_path / "strange.onnx", "--data", evaluation, "--samples", 2]
    report = json.loads(onnxq(*command, "--json", "--report", tmp_path / "page.html").stdout)
    page = Cells()
    page.feed((tmp_path / "page.html").read_text())
    assert [row[6] for row in page.rows if row] == [layer["value"] for layer in report["layers"]]
    onnxq(*command, "--report", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == report


def test_channels_that_were_divided_are_multiplied_back(onnxq, tmp_path):
    random = np.random.default_rng(5)
    first = random.standard_normal((6, 3, 3, 3)).astype(np.float32)
    second = random.standard_normal((4, 6, 1, 1)).astype(np.float32)
    factors = np.array([0.05, 1, 7, 0.5, 30, 2], np.float32)

    def model(path, first, second):
        nodes = [helper.make_node("Conv", ["x", "first"], ["a"]), helper.make_node("Relu", ["a"], ["b"]),
                 helper.make_node("Conv", ["b", "second"], ["y"])]
        graph = helper.make_graph(
            nodes, "equalized", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(first, "first"), numpy_helper.from_array(second, "second")])
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)

    model(tmp_path / "float.onnx", first, second)
    model(tmp_path / "equalized.onnx", first / factors[:, None, None, None], second * factors[None, :, None, None])
    np.save(tmp_path / "x.npy", random.standard_normal((6, 3, 8, 8)).astype(np.float32))
    report = json.loads(onnxq("compare", tmp_path / "float.onnx", tmp_path / "equalized.onnx", "--data",
                              tmp_path / "x.npy", "--json").stdout)
    layers = {layer["value"]: layer for layer in report["layers"]}
    assert {name: layer["divided_channels"] for name, layer in layers.items()} == {"a": True, "b": True, "y": False}
    for layer in layers.values():
        assert layer["sqnr_db"] > 100 and layer["own_sqnr_db"] > 100


def test_error_of_every_kind_is_not_taken_for_divided_channels(onnxq, pair, evaluation):
    report = json.loads(onnxq("compare", *pair, "--data", evaluation, "--samples", 8, "--json").stdout)
    assert not any(layer["divided_channels"] for layer in report["layers"])
