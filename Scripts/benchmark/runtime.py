"""A process that holds a model in one runtime: for each number read from stdin it runs the model that many times and
prints the milliseconds of each run as JSON.

    runtime.py onnxruntime|openvino MODEL THREADS EXTENTS-AS-JSON
"""
import json
import sys
import time

import numpy as np


def made_up(name, extents, is_integer):
    random = np.random.default_rng(1)
    if not is_integer:
        return random.standard_normal(extents, np.float32)
    return (np.ones(extents, np.int64) if "mask" in name else random.integers(0, 2, extents)).astype(np.int64)


def onnxruntime(path, threads, extents):
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {}
    for value in session.get_inputs():
        shape = extents.get(value.name) or [size if isinstance(size, int) else 1 for size in value.shape]
        feed[value.name] = made_up(value.name, shape, "int" in value.type)
    return lambda: session.run(None, feed)


def openvino(path, threads, extents):
    import openvino as ov
    core = ov.Core()
    model = core.read_model(path)
    if extents:
        model.reshape(extents)
    compiled = core.compile_model(model, "CPU", {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": threads})
    request = compiled.create_infer_request()
    feed = {}
    for port in compiled.inputs:
        name = port.get_any_name()
        feed[name] = made_up(name, list(port.shape), "i" in port.element_type.get_type_name())
    return lambda: request.infer(feed)


def main():
    run = globals()[sys.argv[1]](sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4]))
    for _ in range(3):
        run()
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - start))
        print(json.dumps(times), flush=True)


main()
