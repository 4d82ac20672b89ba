"""The page docs/performance.md."""
import importlib.metadata
import os
import re
from datetime import date
from pathlib import Path

import models

# How many programs wanted to run before the measuring began; figures are good where it was about 0.
LOAD = os.getloadavg()[0]

INTRODUCTION = """\
# Performance

`Scripts/bench` writes this page, `Scripts/bench float` one part of it anew. Each tool runs in a process of its own,
pinned to as many processors as it has threads; blocks of runs alternate, and every figure is a median. A ratio above 1
means that onnxq is faster. The peak is what a single large convolution by oneDNN reaches on the same processor with as
many threads, float or int8 as the model's products are; float convolutions of 3 x 3, which take fewer multiplications
than are counted, may exceed it.

The models resnet50, mobilenetv2, vgg16 and bert_base have random weights, since time does not depend on them;
bert_base reads sequences of 128, minilm_l6 of 64. ONNX Runtime's conversion is its own quantizer with weights per
channel; a conversion by onnxq, here with `--effort fast`, which does what that quantizer does, includes running the
result beside the original. Both give the most resident memory, too.
"""


def processor():
    text = Path("/proc/cpuinfo").read_text()
    name = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    flags = re.search(r"^flags\s*: (.*)$", text, re.MULTILINE)
    flags = set(flags[1].split()) if flags else set()
    features = {"avx512f": "AVX-512", "avx512_vnni": "VNNI", "amx_int8": "AMX"}
    return ", ".join([name[1] if name else "unknown processor", f"{os.cpu_count()} processors",
                      *(text for flag, text in features.items() if flag in flags)])


def versions():
    found = []
    for package, name in {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}.items():
        try:
            found.append(f"{name} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    return ", ".join(found)


def sections_of(text):
    """The sections of a page by their headings, in its order."""
    parts = [f"## {part.strip()}\n" for part in text.split("\n## ")[1:]]
    return {part.splitlines()[0]: part for part in parts}


def write(sections):
    """Writes the page anew, with the sections that it has and those that are given, which replace their likes."""
    page = models.ROOT / "docs/performance.md"
    kept = sections_of(page.read_text()) if page.exists() else {}
    for section in sections:
        kept |= sections_of(f"\n{section}")
    measured = (f"Last measured on {date.today():%Y-%m-%d}: {processor()}; beside {versions()}.\n"
                f"The load before was {LOAD:.1f}.\n")
    page.write_text("\n".join([INTRODUCTION, measured, *kept.values()]))
