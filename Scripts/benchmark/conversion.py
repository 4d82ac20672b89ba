"""Times whole conversions, processes that alternate, and takes the most memory that each had."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

import models
from table import Table

# Rounds of the two tools, and the seconds after which there is no further one.
ROUNDS, LONG_ENOUGH = 3, 12
# The models that are converted by both methods, and those with all numbers of threads; the others with one.
BOTH_METHODS = ["resnet50", "mobilenetv2", "bert_base"]
ALL_THREADS = [*BOTH_METHODS, "minilm_l6"]


def ours(model, method, effort, threads, folder):
    return models.pinned(threads, [
        models.ONNXQ, "convert", model.path, f"{folder}/onnxq.onnx", "--calib", model.samples, "--samples",
        model.sample_count, "--method", method, "--threads", threads, "--effort", effort])


def theirs(model, method, threads, folder):
    return models.pinned(threads, [
        sys.executable, models.SHARED / "peers/ort_quantize.py", model.path, f"{folder}/peer.onnx", "--calib",
        model.samples, "--limit", model.sample_count, "--method", method, "--per-channel"])


def measure(command, threads, folder):
    """Wall-clock seconds and the peak resident memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder,
                               env=os.environ | {"OMP_NUM_THREADS": str(threads)})
    words = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} gave {process.returncode}: {words[-500:]}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def compare(model, method, threads):
    """Of each tool the median seconds and the largest peak of memory."""
    runs = [], []
    with tempfile.TemporaryDirectory() as folder:
        commands = ours(model, method, "fast", threads, folder), theirs(model, method, threads, folder)
        start = time.perf_counter()
        while len(runs[0]) < ROUNDS and time.perf_counter() - start < LONG_ENOUGH:
            for place, command in zip(runs, commands):
                place.append(measure(command, threads, folder))
    return [(statistics.median(seconds for seconds, _ in place), max(peak for _, peak in place)) for place in runs]


def cell(measured):
    return f"{measured[0]:.2f} s, {measured[1]:.0f} MiB"


def beside_runtime(chosen, threads):
    result = Table(["model", "samples", "method", "threads", "onnxq", "ONNX Runtime", "ratio"])
    for model in chosen:
        for method in ["minmax", "entropy"] if model.name in BOTH_METHODS else ["minmax"]:
            for count in threads if model.name in ALL_THREADS else threads[:1]:
                mine, peer = compare(model, method, count)
                result.add([model.name, model.sample_count, method, count, cell(mine), cell(peer),
                            f"{peer[0] / mine[0]:.1f}"])
    return result.markdown()


def of_efforts(chosen, threads):
    """One conversion each with ranges by the default method."""
    result = Table(["model", "samples", "threads", "fast", "balanced"])
    for model in chosen:
        if model.name in ALL_THREADS:
            with tempfile.TemporaryDirectory() as folder:
                cells = [cell(measure(ours(model, "mse", effort, threads, folder), threads, folder))
                         for effort in ["fast", "balanced"]]
            result.add([model.name, model.sample_count, threads, *cells])
    return result.markdown()


def tables(chosen, threads):
    chosen = [model for model in chosen if model.is_converted]
    yield "## Whole conversions\n\n" + beside_runtime(chosen, threads)
    yield ("## Whole conversions by effort\n\nRanges by the default method, mse; one conversion each.\n\n"
           + of_efforts(chosen, threads[-1]))
