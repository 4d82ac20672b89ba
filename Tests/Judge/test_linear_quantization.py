"""QuantizeLinear and DequantizeLinear, bit by bit against ONNX Runtime: every type, layout of grids and opset it has."""
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import session

EXTENTS = (3, 20, 33)
TYPES = {name: getattr(TensorProto, name) for name in ("UINT8", "INT8", "UINT16", "INT16", "UINT4", "INT4")}
RANGES = {"UINT8": (0, 255), "INT8": (-128, 127), "UINT16": (0, 65535), "INT16": (-32768, 32767), "UINT4": (0, 15),
          "INT4": (-8, 7), "INT32": (-(2**31), 2**31 - 1)}
# Extents of the scale, and attributes.
LAYOUTS = {
    "tensor": ((), {}),
    "first axis": ((3,), {"axis": 0}),
    "middle axis": ((20,), {"axis": 1}),
    "last axis": ((33,), {"axis": -1}),
    "blocks inside": ((3, 5, 33), {"axis": 1, "block_size": 4}),
    "blocks at the end": ((3, 20, 3), {"axis": 2, "block_size": 11}),
}


def constants(type_name, grids, random, zero_point=True):
    """Scale and zero point initializers; scales of every magnitude an activation has."""
    scale = np.float32(10) ** random.uniform(-4, 1, grids).astype(np.float32)
    low, high = RANGES[type_name]
    zero = random.integers(low, high, grids, endpoint=True)
    made = [numpy_helper.from_array(np.asarray(scale, np.float32), "scale")]
    if zero_point:
        made.append(helper.make_tensor("zero", TensorProto.DataType.Value(type_name), grids, np.ravel(zero)))
    return scale, made


def spread(scale, grids, attributes):
    """The scale of every element."""
    if not grids:
        return np.full(EXTENTS, scale)
    axis = attributes["axis"] % 3
    if block := attributes.get("block_size"):
        return np.repeat(scale, block, axis)
    return np.broadcast_to(scale.reshape([-1 if i == axis else 1 for i in range(3)]), EXTENTS)


def model(operator, input_type, output_type, made, attributes, opset):
    node = helper.make_node(operator, ["x", *(tensor.name for tensor in made)], ["y"], **attributes)
    graph = helper.make_graph([node], "grid", [helper.make_tensor_value_info("x", input_type, EXTENTS)],
                              [helper.make_tensor_value_info("y", output_type, EXTENTS)], made)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def ours(onnxq, folder, made, x):
    """The output of literal mode."""
    data = folder / "test_data_set_0"
    data.mkdir()
    onnx.save(made, folder / "model.onnx")
    onnx.save_tensor(x, data / "input_0.pb")
    onnxq("run", folder / "model.onnx", "--input", folder, "--output", folder / "out", "--mode", "literal")
    return numpy_helper.to_array(onnx.load_tensor(folder / "out" / "output_0.pb"))


def theirs(made, x):
    """The output of ONNX Runtime, which takes 4-bit integers as constants only, and gives them widened only."""
    made = onnx.ModelProto.FromString(made.SerializeToString())
    output = made.graph.output[0].type.tensor_type
    widened = {TensorProto.UINT4: TensorProto.UINT8, TensorProto.INT4: TensorProto.INT8}.get(output.elem_type)
    if widened:
        made.graph.node[0].output[0] = "narrow"
        made.graph.node.append(helper.make_node("Cast", ["narrow"], ["y"], to=widened))
        output.elem_type = widened
    if x.data_type in (TensorProto.UINT4, TensorProto.INT4):
        made.graph.initializer.append(x)
        del made.graph.input[:]
        return session(made, optimized=False).run(None, {})[0]
    return session(made, optimized=False).run(None, {"x": numpy_helper.to_array(x)})[0]


def opsets(type_name, layout):
    if "block" in layout or RANGES[type_name][1] in (65535, 32767, 15, 7):
        return [21, 23]
    return [13, 19, 21, 23] if layout != "tensor" or type_name == "INT32" else [10, 13, 19, 21, 23]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("type_name", TYPES)
def test_quantize(onnxq, tmp_path, type_name, layout):
    random = np.random.default_rng(5)
    grids, attributes = LAYOUTS[layout]
    low, high = RANGES[type_name]
    for opset in opsets(type_name, layout):
        scale, made = constants(type_name, grids, random)
        steps = random.uniform(-1.5 * (high - low), 1.5 * (high - low), EXTENTS)
        steps = np.where(random.integers(0, 4, EXTENTS) == 0, np.round(steps) + 0.5, steps)
        x = numpy_helper.from_array((steps * spread(scale, grids, attributes)).astype(np.float32), "x")
        built = model("QuantizeLinear", TensorProto.FLOAT, TYPES[type_name], made, attributes, opset)
        work = tmp_path / str(opset)
        work.mkdir()
        got, want = ours(onnxq, work, built, x), theirs(built, x)
        assert np.array_equal(got.astype(np.int32), want.astype(np.int32)), f"opset {opset}"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("type_name", [*TYPES, "INT32"])
def test_dequantize(onnxq, tmp_path, type_name, layout):
    random = np.random.default_rng(6)
    grids, attributes = LAYOUTS[layout]
    for opset in opsets(type_name, layout):
        _, made = constants(type_name, grids, random, zero_point=type_name != "INT32")
        element_type = TensorProto.DataType.Value(type_name)
        q = random.integers(*RANGES[type_name], EXTENTS, endpoint=True)
        x = helper.make_tensor("x", element_type, EXTENTS, q.ravel())
        built = model("DequantizeLinear", element_type, TensorProto.FLOAT, made, attributes, opset)
        work = tmp_path / str(opset)
        work.mkdir()
        assert np.array_equal(ours(onnxq, work, built, x), theirs(built, x)), f"opset {opset}"


@pytest.mark.parametrize("type_name", ["UINT8", "INT8", "UINT16", "INT16"])
def test_numbers_without_a_grid_point(onnxq, tmp_path, type_name):
    """Infinities, NaN, numbers too small to count and too large for int32."""
    made = [numpy_helper.from_array(np.float32(0.5), "scale"),
            helper.make_tensor("zero", TYPES[type_name], (), [7])]
    values = np.zeros(EXTENTS, np.float32)
    values.ravel()[:12] = [np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-45, -1e-45, -0.0, 2**31, -(2**31), 2**33, 1e10]
    x = numpy_helper.from_array(values, "x")
    built = model("QuantizeLinear", TensorProto.FLOAT, TYPES[type_name], made, {}, 21)
    assert np.array_equal(ours(onnxq, tmp_path, built, x), theirs(built, x))
