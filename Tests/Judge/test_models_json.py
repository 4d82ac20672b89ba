"""Networks nobody here wrote: each is converted, loads in ONNX Runtime and reaches what models.json wants of it."""
import json
import subprocess
import sys

import onnx
import pytest

from conftest import SHARED

LIST = SHARED / "models/models.json"
NETWORKS = json.loads(LIST.read_text()) if LIST.is_file() else {"models.json": {}}


@pytest.mark.parametrize("name", NETWORKS)
def test_conversion_reaches_what_is_wanted(name, onnxq, shared, tmp_path):
    network, quantized = NETWORKS[name], tmp_path / "quantized.onnx"
    model, calibration, samples = (LIST.parent / network[key] for key in ("model", "calib", "eval"))
    onnxq("convert", model, quantized, "--calib", calibration, "--samples", network["samples"])
    judge = [sys.executable, shared / "peers/score.py", model, quantized, "--data", samples,
             "--limit", network["eval_samples"]]
    done = subprocess.run([str(word) for word in judge], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-2000:]
    score = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps(score))
    short = {key: (score[key], want) for key, want in network["want"].items() if not score[key] >= want}
    assert not short, f"{name} falls short (reached, wanted): {short}"
    if not any(node.op_type == "DequantizeLinear" for node in onnx.load(model).graph.node):
        assert score["bytes_quant"] < 0.75 * score["bytes_float"]
