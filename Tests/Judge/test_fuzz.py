"""Damaged models end in a result or in one clear line, never in a crash."""
import collections
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from mutations import mutated

COUNT = 300
SEED = int(os.environ.get("ONNXQ_FUZZ_SEED", "20"))
SECONDS = 60
ADDRESS_SPACE = 8 << 30
ENDINGS = {0, 65, 66}


@pytest.fixture(scope="module")
def sources(onnxq, bundled, calibration, tmp_path_factory):
    """The bundled networks and what becomes of them, serialized."""
    folder, files = tmp_path_factory.mktemp("sources"), []
    for model in sorted(bundled.glob("*.onnx")):
        quantized = folder / model.name
        onnxq("convert", model, quantized, "--calib", calibration, "--samples", 8)
        files += [model, quantized]
    return [file.read_bytes() for file in files]


def fault(done, command):
    """What is wrong with how a process ended, or None."""
    lines = done.stderr.splitlines()
    if done.returncode not in ENDINGS:
        return f"exit {done.returncode}\n{done.stderr[-1500:]}"
    if done.returncode and sum(line.startswith("onnxq: error:") for line in lines) != 1:
        return f"exit {done.returncode} without its one line\n{done.stderr[-1500:]}"
    if command == "convert" and done.returncode == 0 and not lines and not done.stdout:
        return "exit 0 without a word"
    return None


def test_damaged_models_never_crash_the_program(sources, binary, calibration, tmp_path, onnxq):
    samples = calibration

    def attempt(seed):
        generator = random.Random(seed)
        data, words = mutated(generator.choice(sources), generator)
        model, result = tmp_path / f"{seed}.onnx", tmp_path / f"{seed}.result"
        model.write_bytes(data)
        commands = {
            "convert": ["convert", model, f"{result}.onnx", "--calib", samples, "--samples", 2, "--threads", 1],
            "run": ["run", model, "--input", samples, "--output", f"{result}.npz", "--mode",
                    generator.choice(["integer", "literal"])],
            "inspect": ["inspect", model],
        }
        codes, faults = [], []
        for command, arguments in commands.items():
            done = onnxq(*arguments, exit_code=None, timeout=SECONDS, wrapper=["prlimit", f"--as={ADDRESS_SPACE}"])
            codes.append(done.returncode)
            if wrong := fault(done, command):
                faults.append(f"seed {seed} ({words}), {command}: {wrong}")
        if not faults:
            model.unlink()
        return codes, faults

    seeds = [SEED * 1_000_000 + i for i in range(COUNT)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, seeds))
    print("exit codes", collections.Counter(code for codes, _ in results for code in codes), "seed", SEED)
    faults = [fault for _, faults in results for fault in faults]
    assert not faults, f"{len(faults)} faults; the models are in {tmp_path}\n" + "\n\n".join(faults[:20])
