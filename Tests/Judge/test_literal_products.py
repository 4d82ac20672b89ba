"""Products and means of dequantized values in literal mode: the very float32 bits of ONNX Runtime without optimization."""
import os

import numpy as np
import onnx
import pytest

from island import Island
from runtime import session

SEEDS = range(24)
WAYS = {"the widest": (2, {}), "one thread": (1, {}), "AVX2": (3, {"ONNXQ_MAX_ISA": "avx2"}),
        "SSE": (2, {"ONNXQ_MAX_ISA": "baseline"})}


def convolution(island, pick):
    groups = int(pick.choice([1, 1, 2, 5]))
    channels, maps = groups * int(pick.integers(1, 40)), groups * int(pick.integers(1, 30))
    kernel = [int(k) for k in pick.integers(1, 4, 2)]
    extents = [int(k + extra) for k, extra in zip(kernel, pick.integers(0, 20, 2))]
    grid = island.grid()
    x = island.input((2, channels, *extents), grid)
    w, scales = island.weight((maps, channels // groups, *kernel), 0)
    pads = [int(p) for p in pick.integers(0, 2, 4)]
    return island.node("Conv", x, w, island.bias(maps, grid[0] * scales), group=groups, kernel_shape=kernel, pads=pads,
                       strides=[int(s) for s in pick.integers(1, 3, 2)])


def gemm(island, pick):
    m, n, k = (int(x) for x in (pick.choice([1, 2, 7]), pick.choice([1, 2, 3, 5, 33, 300]), pick.integers(1, 700)))
    transposed = int(pick.integers(0, 2))
    grid = island.grid()
    w, scales = island.weight((n, k) if transposed else (k, n), 0 if transposed else 1)
    return island.node("Gemm", island.input((m, k), grid), w, island.bias(n, grid[0] * scales), transB=transposed)


def matmul(island, pick):
    batch, m, n, k = (int(x) for x in (pick.integers(1, 4), *pick.choice([1, 3, 17, 150], 2), pick.integers(1, 700)))
    return island.node("MatMul", island.input((batch, m, k)), island.input((batch, k, n)))


def mean(island, pick):
    extents = [int(e) for e in pick.integers([1, 1, 1, 1], [3, 40, 12, 12])]
    return island.node("GlobalAveragePool", island.input(tuple(extents)))


def mean_of_convolution(island, pick):
    return island.node("GlobalAveragePool", convolution(island, pick))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("product", [convolution, gemm, matmul, mean, mean_of_convolution])
def test_the_bits_are_those_of_single_nodes(onnxq, tmp_path, product, seed):
    island = Island(seed, "uint8", ties=False)
    island.leave_float(product(island, np.random.default_rng(seed)))
    model = island.model()
    [want] = session(model, optimized=False).run(None, island.feeds)
    onnx.save(model, tmp_path / "product.onnx")
    np.savez(tmp_path / "x.npz", **{name: array[None] for name, array in island.feeds.items()})
    for way, (threads, environment) in WAYS.items():
        onnxq("run", tmp_path / "product.onnx", "--input", tmp_path / "x.npz", "--output", tmp_path / "y.npz", "--mode",
              "literal", "--threads", threads, env=os.environ | environment)
        with np.load(tmp_path / "y.npz") as results:
            [got] = [results[name][0] for name in results.files]
        assert got.dtype == want.dtype == np.float32 and got.shape == want.shape
        assert np.array_equal(got, want), f"seed {seed}, {way}: {np.mean(got != want):.3%} of {want.shape} differ"
