"""Fixtures shared by the outside judges: the `onnxq` binary, the bundled models, the folder of foreign models."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ONNXQ_BINARY", ROOT / ".build/release/onnxq")).resolve()
SHARED = Path(os.environ.get("ONNXQ_SHARED", ROOT.parent / "shared")).resolve()


def pytest_report_header():
    absent = "" if SHARED.is_dir() else "  ABSENT: every test that needs it is skipped"
    return [f"onnxq: {BINARY}", f"shared: {SHARED}{absent}"]


@pytest.fixture(scope="session")
def binary():
    """Path of the program under test. Its absence is a failure, never a skip."""
    if not BINARY.is_file():
        pytest.fail(f"{BINARY} is not built; run `swift build -c release` or set ONNXQ_BINARY", pytrace=False)
    return BINARY


@pytest.fixture(scope="session")
def onnxq(binary):
    """Runs the program: `onnxq("convert", a, b, exit_code=0)` returns the finished process with its text.

    `exit_code=None` accepts every code; `wrapper` is a command to run it under. Further keywords go to
    `subprocess.run`.
    """
    def run(*arguments, exit_code=0, timeout=600, wrapper=(), **options):
        command = [*wrapper, str(binary), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
        if exit_code is not None:
            assert done.returncode == exit_code, f"{' '.join(command)}\nexit {done.returncode}\n{done.stderr[-2000:]}"
        return done
    return run


@pytest.fixture(scope="session")
def shared():
    """The folder of models, samples and peers that nobody here wrote, beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no foreign models at {SHARED}; set ONNXQ_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def bundled():
    """The folder of the models that come with the project."""
    return ROOT / "Models"


@pytest.fixture(scope="session")
def calibration(bundled):
    """128 digits both bundled models take."""
    return bundled / "digits_calib.npz"


@pytest.fixture(scope="session")
def evaluation(bundled):
    """500 other digits, with labels."""
    return bundled / "digits_eval.npz"
