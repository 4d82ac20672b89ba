"""Judges rewritten models: each must be valid, load in ONNX Runtime, and give what its original gives on random inputs.

    same_outputs.py TOLERANCE SEED < pairs      where each line of `pairs` is "original<TAB>rewritten"

TOLERANCE bounds the greatest difference relative to the greatest magnitude of the output. Prints one line a failure and
a summary; exits 1 where something failed.
"""
import sys
from pathlib import Path

import numpy as np
import onnx

from runtime import session

FREE_DIMENSIONS = {"batch": 2, "N": 2}


def extents(shape):
    return [size if isinstance(size, int) else FREE_DIMENSIONS.get(size, 3) for size in shape]


def random_inputs(model, seed):
    """One array for each input; whole numbers stay small enough to index any table."""
    generator = np.random.default_rng(seed)
    feeds = {}
    for value in model.get_inputs():
        name = value.type.removeprefix("tensor(").removesuffix(")")
        size = extents(value.shape)
        if name in ("float", "double", "float16"):
            feeds[value.name] = generator.standard_normal(size).astype(name if name != "float" else "float32")
        elif name == "bool":
            feeds[value.name] = generator.integers(0, 2, size).astype(bool)
        else:
            feeds[value.name] = generator.integers(0, 2, size).astype(name)
    return feeds


def difference(expected, got):
    """Greatest difference relative to the greatest magnitude; infinite where shapes, types or infinities differ."""
    if expected.shape != got.shape or expected.dtype != got.dtype:
        return np.inf
    if expected.dtype.kind not in "fiu":
        return 0.0 if np.array_equal(expected, got) else np.inf
    a, b = expected.astype(np.float64), got.astype(np.float64)
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return np.inf
    if not finite.any():
        return 0.0
    return np.abs(a[finite] - b[finite]).max() / max(np.abs(a[finite]).max(), 1e-30)


def judge(original, rewritten, tolerance, seed):
    """What is wrong with `rewritten`; an empty text where nothing is."""
    onnx.checker.check_model(rewritten)
    before, after = session(original, optimized=False), session(rewritten, optimized=False)
    signature = [(value.name, value.type) for value in before.get_inputs() + before.get_outputs()]
    if signature != [(value.name, value.type) for value in after.get_inputs() + after.get_outputs()]:
        return "inputs or outputs have other names or types"
    feeds = random_inputs(before, seed)
    names = [value.name for value in before.get_outputs()]
    for name, expected, got in zip(names, before.run(None, feeds), after.run(None, feeds), strict=True):
        worst = difference(expected, got)
        if not worst <= tolerance:
            return f"output '{name}' differs by {worst:.3g}"
    return ""


def main():
    tolerance, seed = float(sys.argv[1]), int(sys.argv[2])
    pairs = [line.split("\t") for line in sys.stdin.read().splitlines()]
    failures = 0
    for original, rewritten in pairs:
        try:
            fault = judge(original, rewritten, tolerance, seed)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        if fault:
            failures += 1
            print(f"{Path(rewritten).name}: {fault}")
    print(f"{len(pairs) - failures} of {len(pairs)} agree (tolerance {tolerance}, seed {seed})")
    return 1 if failures or not pairs else 0


if __name__ == "__main__":
    sys.exit(main())
