"""Attention as one operator of ONNX, which exporters write from operator set 23 on; ONNX Runtime judges."""
import json

import numpy as np
import onnx
import pytest
from onnx import helper

from builder import Builder
from runtime import session, sqnr

WIDTH, HEADS, SIZE, LENGTH = 64, 4, 16, 10


class Network(Builder):
    """Two layers of attention with what a form says of each."""

    def product(self, x, columns):
        return self.node("MatMul", x, self.constant(self.random.normal(size=(WIDTH, columns)) / WIDTH ** 0.5))

    def heads(self, x, count):
        divided = self.node("Reshape", x, self.constant([0, 0, count, SIZE]))
        return self.node("Transpose", divided, perm=[0, 2, 1, 3])

    def layer(self, x, shared=1, is_heads_first=False, mask="", **attributes):
        counts = [HEADS, HEADS // shared, HEADS // shared]
        operands = [self.product(x, count * SIZE) for count in counts]
        if is_heads_first:
            operands = [self.heads(value, count) for value, count in zip(operands, counts)]
        else:
            attributes |= {"q_num_heads": counts[0], "kv_num_heads": counts[1]}
        mixed = self.node("Attention", *operands, *([mask] if mask else []), **attributes)
        if is_heads_first:
            mixed = self.node("Transpose", mixed, perm=[0, 2, 1, 3])
            mixed = self.node("Reshape", mixed, self.constant([0, 0, WIDTH]))
        return self.node("Add", x, self.product(mixed, WIDTH))

    def model(self, **form):
        self.layer(self.layer("x", **form), **form)
        inputs = {"x": ["n", LENGTH, WIDTH]}
        if form.get("mask") == "mask":
            inputs["mask"] = ["n", 1, LENGTH, LENGTH]
        return self.finished(inputs, opset=23, element_types={"mask": onnx.TensorProto.BOOL})


FORMS = {
    "rows": {}, "heads first": {"is_heads_first": True}, "with a scale": {"scale": 0.1},
    "causal": {"is_causal": 1}, "keys for two heads each": {"shared": 2},
    "masked": {"is_heads_first": True, "mask": "mask"},
    "masked and causal, keys for all heads": {"shared": 4, "mask": "mask", "is_causal": 1},
}


def samples(count, seed):
    """Rows, and masks of padding: every query sees some keys."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, LENGTH, WIDTH)).astype(np.float32)
    counts = random.integers(1, LENGTH + 1, count)
    mask = np.broadcast_to(np.arange(LENGTH) < counts[:, None, None, None], (count, 1, LENGTH, LENGTH))
    return {"x": x, "mask": mask}


@pytest.mark.parametrize("form", FORMS)
def test_attention_of_one_operator_runs_and_is_quantized_as_its_parts(form, onnxq, tmp_path):
    model = Network(np.random.default_rng(3)).model(**FORMS[form])
    onnx.save(model, tmp_path / "float.onnx")
    names = [value.name for value in model.graph.input]
    calibration, data = ({name: samples(32, seed)[name] for name in names} for seed in (4, 5))
    np.savez(tmp_path / "calib.npz", **calibration)
    np.savez(tmp_path / "data.npz", **data)
    expected = session(model).run(None, data)[0]
    onnxq("run", tmp_path / "float.onnx", "--input", tmp_path / "data.npz", "--output", tmp_path / "y.npz")
    with np.load(tmp_path / "y.npz") as got:
        np.testing.assert_allclose(got[model.graph.output[0].name].reshape(expected.shape), expected, atol=1e-4)
    done = onnxq("convert", tmp_path / "float.onnx", tmp_path / "out.onnx", "--calib", tmp_path / "calib.npz", "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] >= 0.95
    quantized = onnx.load(tmp_path / "out.onnx")
    assert not any(node.op_type == "Attention" for node in quantized.graph.node)
    assert sqnr(expected, session(quantized).run(None, data)[0]) > 25


def test_attention_whose_scores_are_an_output_is_refused_by_name(onnxq, tmp_path):
    model = Network(np.random.default_rng(3)).model()
    next(node for node in model.graph.node if node.op_type == "Attention").output.extend(["", "", "scores"])
    model.graph.output.append(helper.make_tensor_value_info("scores", 1, None))
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "x.npz", x=samples(2, 4)["x"])
    done = onnxq("run", tmp_path / "float.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
                 exit_code=65)
    assert "Attention" in done.stderr


@pytest.mark.parametrize("heads", [0, -1, 3, 2 ** 62])
def test_heads_that_do_not_divide_the_rows_are_one_clear_line(heads, onnxq, tmp_path):
    model = Network(np.random.default_rng(3)).model()
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "q_num_heads":
                attribute.i = heads
    onnx.save(model, tmp_path / "float.onnx")
    np.savez(tmp_path / "x.npz", x=samples(2, 4)["x"])
    done = onnxq("run", tmp_path / "float.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz",
                 exit_code=65)
    assert "Attention" in done.stderr and len(done.stderr.splitlines()) == 1
