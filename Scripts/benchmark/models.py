"""The models that are measured: full-size ones with random weights, written where they are missing, and real ones."""
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ONNXQ_SHARED", ROOT.parent / "shared"))
WORK = ROOT / ".build/benchmark"
ONNXQ = ROOT / ".build/release/onnxq"


@dataclass
class Model:
    name: str
    path: Path
    samples: Path
    # How many samples convert takes.
    sample_count: int
    # The extents of one input, batch 1; of every input where they differ by name only.
    extents: dict
    # Whether it is among those whose inference is timed, and among those that are converted.
    is_run: bool
    is_converted: bool


MADE = {
    "resnet50": (32, {"input": [1, 3, 224, 224]}),
    "mobilenetv2": (32, {"input": [1, 3, 224, 224]}),
    "vgg16": (32, {"input": [1, 3, 224, 224]}),
    "bert_base": (8, {"hidden": [1, 128, 768]}),
}
# Of the real models those whose inference is timed, with the extents of their inputs.
EXTENTS = {"minilm_l6": {name: [1, 64] for name in ["input_ids", "attention_mask", "token_type_ids"]}}


def real():
    path = SHARED / "models/models.json"
    return json.loads(path.read_text()) if path.exists() else {}


def names():
    return [*MADE, *real()]


def thread_counts():
    return [count for count in [1, 2] if count <= len(os.sched_getaffinity(0))]


def find(name):
    if name not in MADE:
        entry = real()[name]
        folder = SHARED / "models"
        return Model(name, folder / entry["model"], folder / entry["calib"], entry["samples"], EXTENTS.get(name, {}),
                     name in EXTENTS, True)
    count, extents = MADE[name]
    path = WORK / f"{name}.onnx"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, SHARED / "peers/make_bench_models.py", WORK, name], check=True, stdout=2)
    return Model(name, path, WORK / f"{name}_calib.npz", count, extents, True, name != "vgg16")


def quantized(model):
    """The model as onnxq quantizes it, made where it is missing or older than the program."""
    path = WORK / f"{model.name}.int8.onnx"
    if not path.exists() or path.stat().st_mtime < ONNXQ.stat().st_mtime:
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run([ONNXQ, "convert", model.path, path, "--calib", model.samples, "--samples", "8", "--effort",
                        "fast"], check=True, stdout=subprocess.DEVNULL)
    return path


def pinned(threads, command):
    """The command on as many processors as it has threads."""
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return ["taskset", "-c", ",".join(map(str, processors)), *map(str, command)]
