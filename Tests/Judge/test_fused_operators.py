"""What ONNX Runtime's optimizer fuses, as it lies in files that were saved optimized: run as ONNX Runtime runs it, and
quantized as its parts are."""
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session, sqnr

FLOAT = TensorProto.FLOAT
info = helper.make_tensor_value_info
PICK = np.random.default_rng(11)
CONTRIBUTED = "com.microsoft"


def array(*extents):
    return PICK.standard_normal(extents).astype(np.float32) / 3


def model(nodes, extents, constants, outputs=("y",), opset=17):
    graph = helper.make_graph(
        nodes, "g", [info("x", FLOAT, extents)], [info(name, FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", opset), helper.make_opsetid(CONTRIBUTED, 1)])


def node(kind, inputs, outputs=("y",), domain=CONTRIBUTED, **attributes):
    return helper.make_node(kind, inputs, outputs, domain=domain, **attributes)


def convolution(activation, *parameters, adds=False):
    more = {"activation_params": parameters} if parameters else {}
    inputs = ["x", "w", "b"] + (["z"] if adds else [])
    nodes = [helper.make_node("Conv", ["x", "u"], ["z"])] if adds else []
    nodes += [node("FusedConv", inputs, ["c"], activation=activation, pads=[1, 1, 1, 1], **more),
             helper.make_node("Conv", ["c", "v"], ["y"])]
    return model(nodes, ["n", 3, 8, 8], {"w": array(4, 3, 3, 3), "b": array(4), "u": array(4, 3, 1, 1),
                                         "v": array(5, 4, 1, 1)})


def behind_product(*nodes, outputs=("y",), width=16, **constants):
    """`nodes` read "h", a product of the input [n, 6, 8] with a weight [8, width]; a last product reads their "g"."""
    first = helper.make_node("MatMul", ["x", "w"], ["h"])
    last = helper.make_node("MatMul", ["g", "v"], ["y"])
    return model([first, *nodes, last], ["n", 6, 8],
                 {"w": 2 * array(8, width), "v": array(width, 8), "scale": 1 + array(width), "shift": array(width),
                  "bias": array(width), **constants}, outputs)


def gemm(activation, **more):
    nodes = [node("FusedGemm", ["x", "w", "b"], ["c"], activation=activation, transB=1, **more),
             helper.make_node("Gemm", ["c", "v"], ["y"])]
    return model(nodes, ["n", 8], {"w": array(16, 8), "b": array(16), "v": array(16, 4)})


def patches():
    """A convolution whose channels become patches of 2 x 2, from which an image is put together."""
    nodes = [helper.make_node("Conv", ["x", "w"], ["c"]), helper.make_node("Reshape", ["c", "packed"], ["p"]),
             helper.make_node("Col2Im", ["p", "image", "block"], ["i"], strides=[2, 2]),
             helper.make_node("Conv", ["i", "v"], ["y"])]
    return model(nodes, ["n", 3, 8, 8], {
        "w": array(16, 3, 1, 1), "v": array(5, 4, 1, 1), "packed": np.array([0, 16, 64]), "image": np.array([16, 16]),
        "block": np.array([2, 2])}, opset=18)


MODELS = {
    "an image of patches": patches(),
    "Conv and Relu": convolution("Relu"),
    "Conv and a Clip": convolution("Clip", 0.0, 0.5),
    "Conv and a leaky Relu": convolution("LeakyRelu", 0.1),
    "Conv, an addition and Relu": convolution("Relu", adds=True),
    "Gemm and Relu": gemm("Relu"),
    "Gemm and a leaky Relu": gemm("LeakyRelu", activation_alpha=0.2),
    "MatMul of a transposed operand": behind_product(
        node("FusedMatMul", ["h", "h"], ["s"], transB=1, alpha=0.25),
        helper.make_node("Softmax", ["s"], ["p"]), helper.make_node("MatMul", ["p", "h"], ["g"])),
    "MatMul of operands with the batch behind": behind_product(
        helper.make_node("Reshape", ["h", "heads"], ["d"]),
        helper.make_node("Transpose", ["d"], ["r"], perm=[1, 0, 2, 3]),
        node("FusedMatMul", ["r", "r"], ["s"], transBatchA=1, transBatchB=1, transB=1, alpha=0.5),
        helper.make_node("Softmax", ["s"], ["p"]),
        node("FusedMatMul", ["p", "r"], ["m"], transBatchB=1),
        helper.make_node("Transpose", ["m"], ["t"], perm=[0, 2, 1, 3]),
        helper.make_node("Reshape", ["t", "rows"], ["g"]), heads=np.array([0, 6, 4, 4]), rows=np.array([0, 6, 16])),
    "MatMul of operands turned in every way": behind_product(
        helper.make_node("Reshape", ["h", "heads"], ["d"]),
        helper.make_node("Transpose", ["d"], ["r"], perm=[1, 0, 2, 3]),
        node("FusedMatMul", ["r", "r"], ["s"], transBatchA=1, transBatchB=1, transA=1),
        helper.make_node("ReduceL2", ["s"], ["q"], axes=[0, 1, 2], keepdims=1),
        helper.make_node("Squeeze", ["q", "front"], ["e"]),
        helper.make_node("Concat", ["e", "e", "e", "e"], ["f"], axis=-1),
        helper.make_node("Mul", ["h", "f"], ["g"]), heads=np.array([0, 6, 4, 4]), front=np.array([0, 1])),
    "Gelu with a bias": behind_product(node("BiasGelu", ["h", "bias"], ["g"])),
    "Gelu by tanh": behind_product(node("FastGelu", ["h"], ["g"])),
    "Gelu by tanh with a bias": behind_product(node("FastGelu", ["h", "bias"], ["g"])),
    "Gelu by a sigmoid": behind_product(node("QuickGelu", ["h"], ["g"], alpha=1.5)),
    "a normalization of a sum": behind_product(
        helper.make_node("Relu", ["h"], ["r"]),
        node("SkipLayerNormalization", ["h", "r", "scale", "shift", "bias"], ["g", "", "", "sum"], epsilon=1e-5),
        outputs=("y", "sum")),
    "a normalization of a sum without a shift": behind_product(
        helper.make_node("Relu", ["h"], ["r"]), node("SkipLayerNormalization", ["h", "r", "scale"], ["g"])),
    "a simplified normalization": behind_product(
        node("SimplifiedLayerNormalization", ["h", "scale"], ["g"], domain="", axis=-1, epsilon=1e-5)),
    "a simplified normalization of a sum": behind_product(
        helper.make_node("Relu", ["h"], ["r"]),
        node("SkipSimplifiedLayerNormalization", ["h", "r", "scale", "bias"], ["g"], epsilon=1e-5)),
}


@pytest.mark.parametrize("name", MODELS)
def test_fused_operators_run_and_are_quantized_as_their_parts(onnxq, tmp_path, name):
    float_model = MODELS[name]
    onnx.save(float_model, tmp_path / "m.onnx")
    extents = [dimension.dim_value for dimension in float_model.graph.input[0].type.tensor_type.shape.dim][1:]
    samples = np.random.default_rng(12).standard_normal((16, *extents)).astype(np.float32)
    np.savez(tmp_path / "x.npz", x=samples)
    def judged(model):
        judge = session(model)
        return np.concatenate([judge.run(None, {"x": sample[None]})[0] for sample in samples])

    expected = judged(float_model)
    for mode in ("literal", "integer"):
        onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
              "--mode", mode)
        with np.load(tmp_path / "y.npz") as got:
            np.testing.assert_allclose(got["y"].reshape(expected.shape), expected, rtol=2e-5, atol=2e-6)
    assert json.loads(onnxq("inspect", tmp_path / "m.onnx", "--json").stdout)["unsupported"] == {}
    done = onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz", "--json")
    report = json.loads(done.stdout)
    assert report["notes"] == []
    assert sum(count["quantized"] for count in report["operators"].values()) >= 2
    quantized = judged(tmp_path / "q.onnx")
    assert sqnr(expected, quantized) > 25


def test_what_a_rule_does_not_know_is_refused_by_name(onnxq, tmp_path):
    np.savez(tmp_path / "x.npz", x=np.ones((1, 3, 8, 8), np.float32))
    onnx.save(convolution("Swash"), tmp_path / "m.onnx")
    done = onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
                 exit_code=65)
    assert "com.microsoft.FusedConv" in done.stderr


def encoder(mask, *, embeds=True, **attributes):
    """Two layers of a transformer as its optimizer leaves it, from ids or from rows: `mask` is "none", "flags" (one for
    each key), "counts" (how many keys count) or "bias"."""
    words, width, heads = 40, 16, 4
    constants = {"words": 3 * array(words, width), "positions": array(12, width), "segments": array(2, width)}
    nodes, rows = [], "x"
    if embeds:
        nodes.append(node("EmbedLayerNormalization",
                          ["ids", "kinds", "words", "positions", "segments", "scale", "shift"]
                          + (["flags"] if mask == "counts" else []), ["e0", "counts"], epsilon=1e-5))
        rows = "e0"
    constants |= {"scale": 1 + array(width), "shift": array(width)}
    asked = {"none": [], "flags": ["flags"], "counts": ["counts"], "bias": ["", "", "around"]}[mask]
    constants["around"] = array(1, heads, 5, 5)
    for layer in range(2):
        def name(value):
            return f"{value}{layer}"
        constants |= {name("w"): array(width, 3 * width), name("b"): array(3 * width), name("u"): array(width, width)}
        nodes += [node("Attention", [rows, name("w"), name("b"), *asked], [name("a")], num_heads=heads, **attributes),
                  helper.make_node("MatMul", [name("a"), name("u")], [name("m")]),
                  node("SkipLayerNormalization", [name("m"), rows, "scale", "shift"], [name("n")], epsilon=1e-5)]
        rows = name("n")
    nodes.append(helper.make_node("Identity", [rows], ["y"]))
    ids = [info(name, TensorProto.INT32, ["batch", 5]) for name in ("ids", "kinds")] if embeds else [
        info("x", FLOAT, ["batch", 5, width])]
    if mask in ("flags", "counts"):
        ids.append(info("flags", TensorProto.INT32, ["batch", 5]))
    graph = helper.make_graph(nodes, "g", ids, [info("y", FLOAT, None)],
                              [numpy_helper.from_array(value, name) for name, value in constants.items()])
    return helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid(CONTRIBUTED, 1)])


ENCODERS = {"without a mask": encoder("none"), "with flags": encoder("flags"), "with counts": encoder("counts"),
            "with a bias": encoder("bias", embeds=False), "of rows": encoder("none", embeds=False),
            "with a scale": encoder("flags", scale=0.3, mask_filter_value=-50.0)}


@pytest.mark.parametrize("form", ENCODERS)
def test_fused_attention_runs_and_is_quantized_as_its_parts(onnxq, tmp_path, form):
    float_model, pick = ENCODERS[form], np.random.default_rng(13)
    onnx.save(float_model, tmp_path / "m.onnx")
    counts = pick.integers(1, 6, 24)
    samples = {"ids": pick.integers(0, 40, (24, 5)).astype(np.int32),
               "kinds": pick.integers(0, 2, (24, 5)).astype(np.int32),
               "flags": (np.arange(5) < counts[:, None]).astype(np.int32),
               "x": pick.standard_normal((24, 5, 16)).astype(np.float32)}
    samples = {value.name: samples[value.name] for value in float_model.graph.input}
    np.savez(tmp_path / "x.npz", **samples)
    expected = session(float_model).run(None, samples)[0]
    for mode in ("literal", "integer"):
        onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
              "--mode", mode)
        with np.load(tmp_path / "y.npz") as got:
            np.testing.assert_allclose(got["y"].reshape(expected.shape), expected, rtol=1e-4, atol=1e-5)
    report = json.loads(onnxq("convert", tmp_path / "m.onnx", tmp_path / "q.onnx", "--calib", tmp_path / "x.npz",
                              "--json").stdout)
    assert sum(report["operators"].get(kind, {"quantized": 0})["quantized"] for kind in ("MatMul", "Gemm")) >= 4
    quantized = session(tmp_path / "q.onnx").run(None, samples)[0]
    assert sqnr(expected, quantized) > 25


@pytest.mark.parametrize("attribute", ["unidirectional", "do_rotary"])
def test_attention_of_other_kinds_is_refused_by_name(onnxq, tmp_path, attribute):
    onnx.save(encoder("none", embeds=False, **{attribute: 1}), tmp_path / "m.onnx")
    np.savez(tmp_path / "x.npz", x=np.ones((1, 5, 16), np.float32))
    done = onnxq("run", tmp_path / "m.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
                 exit_code=65)
    assert "com.microsoft.Attention" in done.stderr
