"""Writes the operator cases that come with the `onnx` package to a folder, for tests that read them from there.

    python node_cases.py FOLDER

FOLDER/<case>/ holds model.onnx and test_data_set_0/{input,output}_<i>.pb; FOLDER/tolerance.csv has a line
`case,relative,absolute` for each. A case whose values are not all tensors is left out. A folder that this version of
the package has written already stays as it is.
"""
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases


def as_tensor(value, info):
    """`value` as a TensorProto of that name, or None where its declared type is a sequence, an optional or a map."""
    if not info.type.HasField("tensor_type"):
        return None
    tensor = onnx.TensorProto()
    tensor.CopyFrom(value if isinstance(value, onnx.TensorProto) else onnx.numpy_helper.from_array(np.asarray(value)))
    tensor.name = info.name
    return tensor


def write_case(case, folder):
    """Writes model and data; returns whether all of its values are tensors, and so whether anything was written."""
    graph = case.model.graph
    inputs, outputs = case.data_sets[0]
    files = {f"{kind}_{i}.pb": as_tensor(value, info)
             for kind, values, infos in [("input", inputs, graph.input), ("output", outputs, graph.output)]
             for i, (value, info) in enumerate(zip(values, infos))}
    if None in files.values():
        return False
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    for name, tensor in files.items():
        (data / name).write_bytes(tensor.SerializeToString())
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    return True


def main(folder):
    stamp = folder / "onnx-version.txt"
    if stamp.is_file() and stamp.read_text() == onnx.__version__:
        return
    shutil.rmtree(folder, ignore_errors=True)
    warnings.simplefilter("ignore")
    cases = [case for case in collect_testcases(None) if write_case(case, folder / case.name)]
    lines = [f"{case.name},{case.rtol},{case.atol}\n" for case in cases]
    (folder / "tolerance.csv").write_text("".join(lines))
    stamp.write_text(onnx.__version__)
    print(f"{len(cases)} operator cases of onnx {onnx.__version__} written to {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
