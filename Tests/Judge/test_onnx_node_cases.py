"""The ONNX project's own operator cases, each run in literal mode and compared within the case's own tolerance.

A case that the program refuses must be listed in `node-cases-unsupported.txt`, and a listed case must be refused, so that
support neither shrinks nor grows unseen. `python test_onnx_node_cases.py` prints the list as it is now, with `--why` the
reasons too.
"""
import csv
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import node_cases
from conftest import BINARY, ROOT

LIST = Path(__file__).with_name("node-cases-unsupported.txt")
REFUSED = 65
RESIZED_LENGTH = "length_resized keeps its fraction there; in the specification's words it is the extent of the output"
DIFFERENT = {
    "test_resize_downsample_scales_linear_align_corners": RESIZED_LENGTH,
    "test_resize_downsample_scales_cubic_align_corners": RESIZED_LENGTH,
}


@cache
def folder():
    """Where the cases lie, written there on first use."""
    cases = Path(os.environ.get("ONNXQ_NODE_CASES", ROOT / ".build/node-cases"))
    node_cases.main(cases)
    return cases


@cache
def tolerances():
    """Relative and absolute tolerance of every case, by name."""
    with open(folder() / "tolerance.csv", newline="") as file:
        return {name: (float(rtol), float(atol)) for name, rtol, atol in csv.reader(file)}


@cache
def listed():
    return set(LIST.read_text().split())


def load(path):
    return numpy_helper.to_array(onnx.load_tensor(path))


def run(name):
    """Exit code, last line of stderr, and the outputs where the case ran."""
    case = folder() / name
    with tempfile.TemporaryDirectory() as work:
        output = Path(work) / "out"
        command = [BINARY, "run", case / "model.onnx", "--input", case, "--output", output, "--threads", "1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        count = len(list((case / "test_data_set_0").glob("output_*.pb")))
        outputs = [load(output / f"output_{i}.pb") for i in range(count)] if done.returncode == 0 else []
        return done.returncode, (done.stderr.strip().splitlines() or [""])[-1], outputs


@pytest.fixture(scope="module")
def results(request, binary):
    """What `run` gives for every case that was selected."""
    names = [item.callspec.params["name"] for item in request.session.items if item.originalname == "test_case"]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(run, names)))


def compare(name, outputs):
    rtol, atol = tolerances()[name]
    for i, got in enumerate(outputs):
        want = load(folder() / name / "test_data_set_0" / f"output_{i}.pb")
        assert got.dtype == want.dtype and got.shape == want.shape, f"output {i}"
        if want.dtype.kind == "V":  # the small floating-point types, which NumPy itself does not know
            got, want = got.astype(np.float32), want.astype(np.float32)
        if want.dtype.kind in "biufc":
            np.testing.assert_allclose(got, want, rtol=rtol, atol=atol, err_msg=f"output {i}")
        else:
            np.testing.assert_array_equal(got, want, err_msg=f"output {i}")


@pytest.mark.parametrize("name", tolerances())
def test_case(results, name):
    exit_code, words, outputs = results[name]
    if exit_code == REFUSED:
        assert name in listed(), f"refused, and not on {LIST.name}: {words}"
        pytest.xfail(words)
    assert exit_code == 0, words
    assert name not in listed(), f"runs now: take it off {LIST.name}"
    if name in DIFFERENT:
        with pytest.raises(AssertionError):
            compare(name, outputs)
    else:
        compare(name, outputs)


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool:
        for name, (exit_code, words, _) in sorted(zip(tolerances(), pool.map(run, tolerances()))):
            if exit_code == REFUSED:
                print(name if "--why" not in sys.argv else f"{name}: {words}")
