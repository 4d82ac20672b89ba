"""Every integer kernel alone: the integers of ONNX Runtime's fused kernels, and of its single nodes.

Integer mode must give exactly what ONNX Runtime gives with all optimizations, on models that it does fuse, and literal
mode what it gives with none. docs/integer-arithmetic.md has the arithmetic and the exceptions.
"""
import collections
import os

import numpy as np
import onnx
import onnxruntime
import pytest

from island import Island

CONVOLUTIONS = {
    "strided": (5, 7, 1, (3, 3), {"strides": [2, 1], "pads": [1, 0, 2, 1]}),
    "depthwise": (9, 9, 9, (3, 3), {"pads": [1, 1, 1, 1]}),
    "depthwise, two maps": (6, 12, 6, (3, 3), {"pads": [0, 1, 1, 0]}),
    "groups": (8, 12, 4, (3, 3), {"pads": [0, 1, 1, 2]}),
    "pointwise": (17, 33, 1, (1, 1), {}),
    "dilated": (4, 6, 1, (3, 3), {"dilations": [2, 2], "pads": [2, 2, 2, 2]}),
    "deep": (300, 8, 1, (3, 3), {"pads": [1, 1, 1, 1]}),
    "one axis": (6, 8, 2, (3,), {"pads": [1, 2]}),
    "three axes": (3, 4, 1, (2, 3, 2), {"pads": [1, 1, 0, 0, 1, 1]}),
}
POOLINGS = {
    "plain": {"kernel_shape": [2, 3]},
    "padded": {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]},
    "counting padding": {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1},
    "rounded up": {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1},
    "wider than the source, rounded up": {"kernel_shape": [12, 12], "strides": [12, 12], "ceil_mode": 1},
}
SHAPES = {
    "equal": ((2, 5, 7, 9), (2, 5, 7, 9)), "channels": ((2, 5, 7, 9), (5, 1, 1)),
    "channels first": ((5, 1, 1), (2, 5, 7, 9)), "rows": ((2, 5, 7, 9), (9,)), "both": ((3, 1), (1, 4)),
    "scalar": ((4, 6), ()),
}
PROCESSORS = {
    "VNNI": {"ONNXQ_MAX_ISA": "vnni", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI"},
    "AVX2": {"ONNXQ_MAX_ISA": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "SSE": {"ONNXQ_MAX_ISA": "baseline", "ONEDNN_MAX_CPU_ISA": "SSE41"},
}
UNSIGNED = "Conv with unsigned weights"
CASES = {}


def case(fused, name):
    """Registers a builder of islands; `fused` is what ONNX Runtime makes of it, None where it fuses nothing."""
    return lambda build: CASES.setdefault(name, (fused, build))


def convolution(kind, axis, dtype=np.int8, with_bias=True):
    def build(island):
        channels, maps, groups, kernel, attributes = CONVOLUTIONS[kind]
        grid = island.grid()
        x = island.input((2, channels, *((11, 9, 6)[:len(kernel)])), grid)
        w, scales = island.weight((maps, channels // groups, *kernel), axis, dtype)
        bias = [island.bias(maps, grid[0] * scales)] if with_bias else []
        y = island.node("Conv", x, w, *bias, group=groups, kernel_shape=kernel, **attributes)
        island.quantize(y, island.grid(scale=2 if kind == "deep" else 0.2))
    return build


for kind in CONVOLUTIONS:
    for axis in (None, 0):
        case("QLinearConv", f"Conv, {kind}, {'per tensor' if axis is None else 'per channel'}")(convolution(kind, axis))
case("QLinearConv", "Conv without bias")(convolution("strided", 0, with_bias=False))
case("QLinearConv", UNSIGNED)(convolution("groups", None, np.uint8, with_bias=False))


@case("QLinearConv", "Conv and Relu")
def _(island):
    grid = island.grid()
    w, scales = island.weight((8, 6, 3, 3), 0)
    y = island.node("Conv", island.input((1, 6, 7, 9), grid), w, island.bias(8, grid[0] * scales), pads=[1, 1, 1, 1])
    island.quantize(island.node("Relu", y), island.grid(0.1, island.least))


def gemm(transposed, per_column, is_float):
    def build(island):
        grid = island.grid()
        shape = (11, 37) if transposed else (37, 11)
        w, scales = island.weight(shape, (0 if transposed else 1) if per_column else None)
        bias = island.bias(11, grid[0] * scales)
        y = island.node("Gemm", island.input((5, 37), grid), w, bias, transB=int(transposed))
        island.leave_float(y) if is_float else island.quantize(y, island.grid(0.2))
    return build


def matmul(per_column, is_float):
    def build(island):
        w, _ = island.weight((37, 11), 1 if per_column else None)
        y = island.node("MatMul", island.input((3, 5, 37)), w)
        island.leave_float(y) if is_float else island.quantize(y, island.grid(0.2))
    return build


def matmul_of_activations(is_float):
    def build(island):
        y = island.node("MatMul", island.input((2, 3, 5, 37)), island.input((2, 3, 37, 6)))
        island.leave_float(y) if is_float else island.quantize(y, island.grid(0.5))
    return build


for is_float in (False, True):
    end = " to float" if is_float else ""
    for per_column in (False, True):
        layout = "per column" if per_column else "per tensor"
        for transposed in (False, True):
            name = f"Gemm{end}, {layout}{', transposed' if transposed else ''}"
            case("QGemm", name)(gemm(transposed, per_column, is_float))
        product = "MatMulIntegerToFloat" if is_float else "QLinearMatMul"
        case(product, f"MatMul{end}, {layout}")(matmul(per_column, is_float))
    case(product, f"MatMul of activations{end}")(matmul_of_activations(is_float))


def simple(operator, shapes, grids="own", end=None, **attributes):
    """An operator of activations, given by their shapes, and constants; `grids` is "own" for one each, "shared" for one
    for all."""
    def build(island):
        grid = island.grid() if grids == "shared" else None

        def operand(what):
            if what is None:
                return ""
            return island.input(what, grid) if isinstance(what, tuple) else island.constant(what)

        value = island.node(operator, *map(operand, shapes), **attributes)
        island.quantize(value, end(island) if end else grid)
    return build


def clamped(operator):
    def build(island):
        y = island.node(operator, island.input((2, 33)), island.input((2, 33)))
        island.quantize(island.node("Relu", y), island.grid(None, island.least))
    return build


for operator in ("Add", "Mul"):
    for name, shapes in SHAPES.items():
        case(f"QLinear{operator}", f"{operator}, {name}")(simple(operator, shapes))
    case(f"QLinear{operator}", f"{operator} and Relu")(clamped(operator))
for name, attributes in POOLINGS.items():
    case("QLinearAveragePool", f"AveragePool, {name}")(simple("AveragePool", [(2, 5, 8, 9)], **attributes))
case("QLinearGlobalAveragePool", "GlobalAveragePool")(simple("GlobalAveragePool", [(2, 5, 8, 9)]))
for grids in ("own", "shared"):
    case("QLinearConcat", f"Concat, {grids} grids")(simple("Concat", [(2, 3, 4), (2, 5, 4)], grids, axis=1))
for shape, axis in (((3, 10), -1), ((2, 5, 7), 1)):
    case("QLinearSoftmax", f"Softmax of rank {len(shape)}")(
        simple("Softmax", [shape], end=lambda island: island.grid(1 / 256, island.least), axis=axis))
case("QLinearSigmoid", "Sigmoid")(simple("Sigmoid", [(3, 77)]))
case("QLinearLeakyRelu", "LeakyRelu")(simple("LeakyRelu", [(3, 77)], alpha=0.1))
case("QLinearWhere", "Where")(simple("Where", [np.arange(21).reshape(3, 7) % 3 > 0, (3, 7), (3, 7)]))
for operator in ("Relu", "Tanh", "HardSwish", "Abs", "Sqrt", "Exp"):
    case(None, operator)(simple(operator, [(3, 77)]))


def region(*steps):
    """Several operators between grids, each given by its name and what it reads: "x", the number of a step, a constant.
    """
    def build(island):
        values = {"x": island.input((2, 20, 6, 7))}
        for index, (operator, *operands) in enumerate(steps):
            names = [values[what] if isinstance(what, (int, str)) else island.constant(what) for what in operands]
            value = values[index] = island.node(operator, *names)
        island.quantize(value)
    return build


def gated(function, operator, swapped=False):
    """x and a function of x on a grid of its own, put together."""
    def build(island):
        x, scale, zero = island.input((2, 20, 6, 7)), *island.grid()
        gate = island.node("QuantizeLinear", island.node(function, x), island.constant(scale), island.constant(zero))
        operands = [x, island.dequantized(gate, scale, zero)]
        island.quantize(island.node(operator, *operands[::-1 if swapped else 1]))
    return build


for operator in ("Add", "Mul"):
    for function in ("Sigmoid", "Tanh"):
        for swapped in (False, True):
            fused = f"QLinear{operator}" if function == "Sigmoid" else None  # It leaves a Tanh between float values.
            case(fused, f"{operator} of x and its {function}{', swapped' if swapped else ''}")(
                gated(function, operator, swapped))
NUMBER = np.float32
REGIONS = {
    "hard swish": [
        ("Add", "x", NUMBER(3)), ("Clip", 0, NUMBER(0), NUMBER(6)), ("Mul", "x", 1), ("Div", 2, NUMBER(6)),
    ],
    "HardSigmoid and Mul": [("HardSigmoid", "x"), ("Mul", "x", 0)],
    "Tanh and Mul": [("Tanh", "x"), ("Mul", "x", 0)],
    "scaling and moving": [
        ("Mul", "x", NUMBER([1.3])), ("Add", 0, NUMBER([0.2])), ("Relu", 1), ("Mul", 2, NUMBER(0.7)),
    ],
}
for name, shape in (("channel", (20, 1, 1)), ("channel of four axes", (1, 20, 1, 1)), ("column", (7,))):
    slopes = np.linspace(0.3, 1.7, max(shape), dtype=np.float32).reshape(shape)
    REGIONS[f"scaling by {name}"] = [
        ("Mul", "x", slopes), ("HardSigmoid", 0), ("Mul", 0, 1), ("Mul", slopes[..., ::-1].copy(), 2),
    ]
for name, steps in REGIONS.items():
    case(None, f"a region, {name}")(region(*steps))
MOVEMENTS = {
    "MaxPool": ([], {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}),
    "Reshape": ([np.array([2, -1])], {}), "Transpose": ([], {"perm": [0, 2, 3, 1]}), "Flatten": ([], {}),
}
for operator, (constants, attributes) in MOVEMENTS.items():
    for grids in ("own", "shared"):
        fused = operator if grids == "shared" else None
        case(fused, f"{operator}, {grids} grids")(simple(operator, [(2, 4, 5, 6), *constants], grids, **attributes))
for mode in ("nearest", "linear"):
    for coordinates in ("asymmetric", "half_pixel", "align_corners"):
        case("Resize" if mode == "nearest" else None, f"Resize, {mode}, {coordinates}")(
            simple("Resize", [(1, 2, 5, 6), None, np.array([1, 1, 2, 1.5], np.float32)], "shared", mode=mode,
                   nearest_mode="floor", coordinate_transformation_mode=coordinates))


def theirs(model, feeds, optimized, folder):
    """ONNX Runtime's outputs, and the operators it ran. It takes signed activations in integer kernels when told so."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.qdqisint8allowed", "1")
    level = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimized else level.ORT_DISABLE_ALL
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    runner = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    nodes = onnx.load(folder / "optimized.onnx").graph.node
    return runner.run(None, feeds), collections.Counter(node.op_type for node in nodes)


def ours(onnxq, model, feeds, mode, folder, **options):
    onnx.save(model, folder / "island.onnx")
    np.savez(folder / "x.npz", **{name: array[None] for name, array in feeds.items()})
    onnxq("run", folder / "island.onnx", "--input", folder / "x.npz", "--output", folder / "y.npz", "--mode", mode,
          **options)
    with np.load(folder / "y.npz") as results:
        return [results[info.name][0] for info in model.graph.output]


@pytest.mark.parametrize("ties", [False, True], ids=["any scales", "ties"])
@pytest.mark.parametrize("activation", ["uint8", "int8"])
@pytest.mark.parametrize("name", CASES)
def test_kernel(onnxq, tmp_path, name, activation, ties):
    fused, build = CASES[name]
    if name == UNSIGNED and activation == "int8":
        fused = None  # ONNX Runtime has no kernel of signed activations and unsigned weights.
    island = Island(sum(map(ord, name)), activation, ties)
    build(island)
    model = island.model()
    want, ran = theirs(model, island.feeds, True, tmp_path)
    if fused:
        assert ran[fused] and not ran["DequantizeLinear"], f"ONNX Runtime did not fuse it: {dict(ran)}"
    assert_equal(ours(onnxq, model, island.feeds, "integer", tmp_path), want)
    single, _ = theirs(model, island.feeds, False, tmp_path)
    assert_equal(ours(onnxq, model, island.feeds, "literal", tmp_path), single)


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("name", CASES)
def test_every_processor_gives_the_same(onnxq, tmp_path, name, processor):
    island = Island(sum(map(ord, name)), "uint8", ties=True)
    CASES[name][1](island)
    best = ours(onnxq, island.model(), island.feeds, "integer", tmp_path)
    capped = ours(onnxq, island.model(), island.feeds, "integer", tmp_path, env=os.environ | PROCESSORS[processor])
    assert_equal(capped, best)


def assert_equal(got, want):
    for a, b in zip(got, want, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        differing = np.flatnonzero(a != b)
        assert not differing.size, f"{differing.size} of {a.size} differ, first {a.flat[differing[0]]} from " \
                                   f"{b.flat[differing[0]]}"
