"""Times whole conversions, processes that alternate, and takes the most memory that each had."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

import models
from table import Table

ROUNDS = 2
EFFORTS = ["fast", "balanced"]
# The models for which two threads and both methods are measured; of the others one thread and minmax.
FULL = ["resnet50", "mobilenetv2", "bert_base", "minilm_l6"]


def commands(model, method, threads, folder):
    """One for each effort, then the peer's."""
    ours = [[models.ONNXQ, "convert", model.path, f"{folder}/onnxq.onnx", "--calib", model.samples, "--samples",
             model.sample_count, "--method", method, "--threads", threads, "--effort", effort] for effort in EFFORTS]
    theirs = [sys.executable, models.SHARED / "peers/ort_quantize.py", model.path, f"{folder}/peer.onnx", "--calib",
              model.samples, "--limit", model.sample_count, "--method", method, "--per-channel"]
    return [models.pinned(threads, command) for command in [*ours, theirs]]


def measure(command, threads, folder):
    """Wall-clock seconds and the peak resident memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                               env=os.environ | {"OMP_NUM_THREADS": str(threads)})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} gave {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def compare(model, method, threads):
    """Of each tool the median seconds and the largest peak of memory."""
    runs = [[] for _ in [*EFFORTS, "peer"]]
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for place, command in zip(runs, commands(model, method, threads, folder)):
                place.append(measure(command, threads, folder))
    return [(statistics.median(seconds for seconds, _ in place), max(peak for _, peak in place)) for place in runs]


def tables(chosen, threads):
    result = Table(["model", "samples", "method", "threads", "ONNX Runtime", "fast", "ratio", "balanced", "ratio"])
    for model in chosen:
        if model.name == "vgg16":
            continue
        for method in ["minmax", "entropy"] if model.name in FULL else ["minmax"]:
            for count in threads if model.name in FULL else threads[:1]:
                *ours, theirs = compare(model, method, count)
                cells = [model.name, model.sample_count, method, count, f"{theirs[0]:.2f} s, {theirs[1]:.0f} MiB"]
                for seconds, peak in ours:
                    cells += [f"{seconds:.2f} s, {peak:.0f} MiB", f"{theirs[0] / seconds:.1f}"]
                result.add(cells)
    yield "## Whole conversions\n\n" + result.markdown()
