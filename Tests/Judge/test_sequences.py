"""Tensors that exporters put into sequences and take out again; ONNX Runtime judges."""
import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from builder import Builder
from runtime import session, sqnr


class Network(Builder):
    """A product of what one form of a sequence gives."""

    def at(self, sequence, position):
        return self.node("SequenceAt", sequence, self.constant(position))

    def split(self, *sizes, **attributes):
        return self.node("SplitToSequence", "x", *(self.constant(size) for size in sizes), **attributes)

    def turned(self):
        pieces = self.split(2, axis=1)
        return self.node("SequenceConstruct", *(self.at(pieces, position) for position in (2, 1, 0)))

    def changed(self):
        sequence = self.node("SequenceInsert", self.node("SequenceEmpty"), "x")
        sequence = self.node("SequenceInsert", sequence, self.node("Neg", "x"), self.constant(0))
        sequence = self.node("SequenceInsert", sequence, self.node("Abs", "x"), self.constant(-1))
        return self.node("SequenceErase", self.node("SequenceErase", sequence, self.constant(1)))

    def model(self, form):
        value = FORMS[form](self)
        self.node("MatMul", value, self.constant(self.random.normal(size=(16, 16))))
        return self.finished({"x": ["n", 6, 16]})


FORMS = {
    "pieces": lambda m: m.at(m.split(axis=1), 2),
    "pieces without their axis": lambda m: m.at(m.split(axis=-2, keepdims=0), 1),
    "pieces of a size, the last smaller": lambda m: m.at(m.split(4, axis=1), 1),
    "pieces of a size, from the end": lambda m: m.at(m.split(4, axis=1), -1),
    "pieces of their own sizes": lambda m: m.at(m.split([1, 2, 3], axis=1), 2),
    "pieces of any number of samples": lambda m: m.at(m.split(axis=0), 0),
    "all pieces, turned around": lambda m: m.node("ConcatFromSequence", m.turned(), axis=1),
    "all pieces, along a new axis": lambda m: m.node("ConcatFromSequence", m.turned(), axis=1, new_axis=1),
    "what was added and taken away": lambda m: m.node("ConcatFromSequence", m.changed(), axis=1),
    "as many as there are": lambda m: m.node(
        "Mul", "x", m.node("Cast", m.node("SequenceLength", m.changed()), to=TensorProto.FLOAT)),
}


@pytest.fixture(params=FORMS)
def network(request, tmp_path):
    """The model, where it lies, and samples of it."""
    model, random = Network(np.random.default_rng(4)).model(request.param), np.random.default_rng(5)
    onnx.save(model, tmp_path / "float.onnx")
    samples = random.normal(size=(8, 6, 16)).astype(np.float32)
    np.savez(tmp_path / "samples.npz", x=samples)
    return model, tmp_path / "float.onnx", samples, tmp_path / "samples.npz"


def results(model, samples):
    loaded = session(model)
    return np.stack([loaded.run(None, {"x": x})[0] for x in samples[:, None]])


def test_tensors_taken_from_sequences_are_quantized_like_others(network, onnxq, tmp_path):
    model, path, samples, data = network
    done = onnxq("convert", path, tmp_path / "out.onnx", "--calib", data, "--json")
    assert json.loads(done.stdout)["multiply_accumulates"]["share"] == 1
    quantized = onnx.load(tmp_path / "out.onnx")
    assert not any("Sequence" in node.op_type for node in quantized.graph.node)
    assert sqnr(results(model, samples), results(quantized, samples)) > 30


def test_a_model_with_sequences_runs_as_it_is(network, onnxq, tmp_path):
    model, path, samples, data = network
    onnxq("run", path, "--input", data, "--output", tmp_path / "out.npz")
    expected = results(model, samples)
    with np.load(tmp_path / "out.npz") as given:
        np.testing.assert_allclose(given[model.graph.output[0].name].reshape(expected.shape), expected, atol=1e-4)
