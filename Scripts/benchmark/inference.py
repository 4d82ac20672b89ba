"""Times inference: each tool in a process of its own, pinned, in blocks of runs that alternate."""
import importlib.util
import json
import statistics
import subprocess
import sys
from pathlib import Path

import models
from table import Table

ROUNDS = 4
# Milliseconds of runs in a block.
BLOCK = 500


class Runtime:
    """A runtime in a process that waits between its blocks."""

    def __init__(self, kind, path, threads, extents):
        command = [sys.executable, Path(__file__).with_name("runtime.py"), kind, path, threads, json.dumps(extents)]
        self.process = subprocess.Popen(models.pinned(threads, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{kind} does not run {path}")

    def run(self, count):
        print(count, file=self.process.stdin, flush=True)
        return statistics.median(json.loads(self.process.stdout.readline()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Onnxq:
    """A new process for each block."""

    def __init__(self, path, threads, extents):
        shapes = [f"--shape={name}={'x'.join(map(str, sizes))}" for name, sizes in extents.items()]
        self.command = models.pinned(threads, [models.ONNXQ, "bench", path, "--json", "--threads", threads, *shapes])
        self.share_of_peak = []

    def run(self, count):
        done = subprocess.run([*self.command, "--runs", str(count)], check=True, capture_output=True, text=True)
        report = json.loads(done.stdout)
        self.share_of_peak.append(report["share_of_peak"])
        return report["median_ms"]

    def close(self):
        pass


def compare(path, threads, extents, peers):
    """Median milliseconds by tool, and the share of the processor's peak that onnxq reaches."""
    ours = Onnxq(path, threads, extents)
    tools = {"onnxq": ours}
    times = {}
    try:
        for peer in peers:
            tools[peer] = Runtime(peer, path, threads, extents)
        counts = {name: max(3, min(200, int(BLOCK / tool.run(3)))) for name, tool in tools.items()}
        for _ in range(ROUNDS):
            for name, tool in tools.items():
                times.setdefault(name, []).append(tool.run(counts[name]))
    finally:
        for tool in tools.values():
            tool.close()
    return {name: statistics.median(values) for name, values in times.items()}, statistics.median(ours.share_of_peak)


def table(chosen, threads, path_of, peers):
    names = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}
    columns = ["model", "threads", "onnxq"]
    for peer in peers:
        columns += [names[peer], "ratio"]
    result = Table(columns + ["of the peak"])
    for model in chosen:
        for count in threads if model.is_run else []:
            path = path_of(model)
            times, share = compare(path, count, model.extents, peers)
            cells = [model.name, count, f"{times['onnxq']:.2f} ms"]
            for peer in peers:
                cells += [f"{times[peer]:.2f} ms", f"{times[peer] / times['onnxq']:.2f}"]
            result.add(cells + [f"{100 * share:.0f} %"])
    return result.markdown()


def float_tables(chosen, threads):
    yield "## Float inference, batch 1\n\n" + table(chosen, threads, lambda model: model.path, ["onnxruntime"])


def quantized_tables(chosen, threads):
    peers = ["onnxruntime"] + (["openvino"] if importlib.util.find_spec("openvino") else [])
    yield ("## The same quantized file, batch 1\n\nEach model as `onnxq convert` quantizes it.\n\n"
           + table(chosen, threads, models.quantized, peers))
