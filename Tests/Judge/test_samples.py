"""What NumPy writes, `onnxq run` reads, and the other way round; `onnx` judges the tensors of test data sets."""
import os
import resource

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime import arrays

NUMBERS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
           "float64", "complex64", "complex128"]


def saved(path, inputs, nodes, outputs):
    graph = helper.make_graph(nodes, "samples", inputs, outputs)
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21)]), path)
    return path


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def identity(path, kind, shape=("n", 3)):
    """x goes through unchanged to y."""
    nodes = [helper.make_node("Identity", ["x"], ["y"])]
    return saved(path, [value("x", kind, shape)], nodes, [value("y", kind, shape)])


def echo(onnxq, tmp_path, model, samples, exit_code=0):
    done = onnxq("run", model, "--input", samples, "--output", tmp_path / "out.npz", exit_code=exit_code)
    return arrays(tmp_path / "out.npz")["y"] if exit_code == 0 else done.stderr


def values_of(kind):
    """Seeded values all over the type's range, its ends among them, 5 samples of 3."""
    generator = np.random.default_rng(11)
    if kind == np.bool_:
        return generator.integers(0, 2, (5, 3)).astype(bool)
    if np.issubdtype(kind, np.integer):
        ends = np.iinfo(kind)
        found = generator.integers(ends.min, ends.max, (5, 3), dtype=kind, endpoint=True)
        found.flat[:2] = ends.min, ends.max
        return found
    found = generator.standard_normal((5, 3)) * 100
    return (found + 1j * found[::-1] if np.issubdtype(kind, np.complexfloating) else found).astype(kind)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_type_of_numpy_goes_in_and_out_unchanged(name, onnxq, tmp_path):
    x = values_of(np.dtype(name))
    model = identity(tmp_path / "model.onnx", helper.np_dtype_to_tensor_dtype(x.dtype))
    np.savez(tmp_path / "stored.npz", x=x)
    np.savez_compressed(tmp_path / "deflated.npz", x=x)
    np.savez(tmp_path / "big.npz", x=x.astype(x.dtype.newbyteorder(">")))
    np.save(tmp_path / "alone.npy", x)
    for samples in ["stored.npz", "deflated.npz", "big.npz", "alone.npy"]:
        y = echo(onnxq, tmp_path, model, tmp_path / samples)
        assert y.dtype == x.dtype and np.array_equal(y, x)


@pytest.mark.parametrize("x", [np.array(["a", "b"]), np.array([None, 1]), np.array([(1, 2.0)], "i4,f4"),
                               np.array(["2020-01-01"], "M8[D]"), np.asfortranarray(np.ones((2, 3), np.float32))])
def test_what_no_tensor_can_hold_is_refused(x, onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT)
    np.savez(tmp_path / "x.npz", x=x)
    assert "x.npz: x.npy: " in echo(onnxq, tmp_path, model, tmp_path / "x.npz", exit_code=65)


def test_a_model_of_strings_is_refused(onnxq, tmp_path):
    np.savez(tmp_path / "x.npz", x=np.ones((1, 3), np.float32))
    said = echo(onnxq, tmp_path, identity(tmp_path / "m.onnx", TensorProto.STRING), tmp_path / "x.npz", exit_code=65)
    assert "'x' holds strings" in said


@pytest.mark.parametrize("kind", ["BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "INT4",
                                  "UINT4"])
def test_types_that_numpy_lacks_are_widened(kind, onnxq, tmp_path):
    number = getattr(TensorProto, kind)
    bits = {"INT4": 4, "UINT4": 4, "BFLOAT16": 16}.get(kind, 8)
    codes = np.arange(1 << bits, dtype=np.uint32)
    raw = (codes[::2] | codes[1::2] << 4).astype(np.uint8) if bits == 4 else codes.astype(f"<u{bits // 8}")
    tensor = helper.make_tensor("x", number, [len(codes)], raw.tobytes(), raw=True)
    wanted = numpy_helper.to_array(tensor).astype(np.float32)
    folder = tmp_path / "test_data_set_0"
    folder.mkdir()
    (folder / "input_0.pb").write_bytes(tensor.SerializeToString())
    y = echo(onnxq, tmp_path, identity(tmp_path / "model.onnx", number, ["n"]), folder)
    assert y.shape == (1, len(codes)) and np.array_equal(y[0].astype(np.float32), wanted, equal_nan=True)


def test_many_samples_of_several_inputs_stay_in_step(onnxq, tmp_path):
    a = np.random.default_rng(3).standard_normal((500, 17)).astype(np.float32)
    b = np.arange(500, dtype=np.int64)
    inputs = [value("a", TensorProto.FLOAT, ["n", 17]), value("b", TensorProto.INT64, ["n"])]
    nodes = [helper.make_node("Identity", [x], [y]) for x, y in [("a", "p"), ("b", "q")]]
    model = saved(tmp_path / "m.onnx", inputs, nodes,
                  [value("p", TensorProto.FLOAT, None), value("q", TensorProto.INT64, None)])
    np.savez_compressed(tmp_path / "both.npz", b=b, a=a, label=b[::-1])
    (tmp_path / "apart").mkdir()
    np.save(tmp_path / "apart" / "a.npy", a)
    np.save(tmp_path / "apart" / "b.npy", b)
    for samples in ["both.npz", "apart"]:
        onnxq("run", model, "--input", tmp_path / samples, "--output", tmp_path / "out.npz")
        out = arrays(tmp_path / "out.npz")
        assert np.array_equal(out["p"], a) and np.array_equal(out["q"], b)


def test_a_folder_of_archives_is_read_in_natural_order(onnxq, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for index in [1, 2, 10]:
        np.savez(folder / f"part{index}.npz", x=np.full((2, 3), index, np.float32))
    y = echo(onnxq, tmp_path, identity(tmp_path / "model.onnx", TensorProto.FLOAT), folder)
    assert y[:, 0].tolist() == [1, 1, 2, 2, 10, 10]


def test_a_fixed_batch_is_fed_whole(onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT, [4, 3])
    x = np.arange(24, dtype=np.float32).reshape(8, 3)
    np.savez(tmp_path / "x.npz", x=x)
    assert np.array_equal(echo(onnxq, tmp_path, model, tmp_path / "x.npz"), x)
    np.savez(tmp_path / "odd.npz", x=x[:6])
    assert "batches of 4" in echo(onnxq, tmp_path, model, tmp_path / "odd.npz", exit_code=65)


def test_outputs_without_a_sample_axis_get_one(onnxq, tmp_path):
    x = np.random.default_rng(5).standard_normal((4, 3)).astype(np.float32)
    model = saved(tmp_path / "m.onnx", [value("x", TensorProto.FLOAT, ["n", 3])],
                  [helper.make_node("Flatten", ["x"], ["f"], axis=1), helper.make_node("Transpose", ["f"], ["y"])],
                  [value("y", TensorProto.FLOAT, None)])
    np.savez(tmp_path / "x.npz", x=x)
    assert np.array_equal(echo(onnxq, tmp_path, model, tmp_path / "x.npz"), x[:, :, None])


def data_sets(folder, arrays):
    for index, array in enumerate(arrays):
        inner = folder / f"test_data_set_{index}"
        inner.mkdir(parents=True)
        (inner / "input_0.pb").write_bytes(numpy_helper.from_array(array, "x").SerializeToString())
    return folder


def test_samples_that_differ_in_shape_need_a_folder(onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT, ["n", "m"])
    given = [np.ones((1, 2), np.float32), np.ones((2, 5), np.float32), np.ones((1, 2), np.float32)]
    samples = data_sets(tmp_path / "in", given)
    said = echo(onnxq, tmp_path, model, samples, exit_code=73)
    assert "'y' has shape [2, 5] in sample 1" in said and "folder" in said
    assert not (tmp_path / "out.npz").exists() and sorted(p.name for p in tmp_path.iterdir()) == ["in", "model.onnx"]
    for _ in range(2):      # the second run takes the place of the first
        onnxq("run", model, "--input", samples, "--output", tmp_path / "out")
        found = [onnx.load_tensor(tmp_path / f"out/test_data_set_{i}/output_0.pb") for i in range(3)]
        assert all(np.array_equal(numpy_helper.to_array(t), x) and t.name == "y" for t, x in zip(found, given))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "model.onnx", "out"]


def test_nothing_that_is_no_output_is_replaced(onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT)
    samples = data_sets(tmp_path / "in", [np.ones((1, 3), np.float32)])
    for output in [samples, samples / "test_data_set_0", tmp_path / "model.onnx"]:
        done = onnxq("run", model, "--input", samples, "--output", output, exit_code=73)
        assert done.stderr.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "model.onnx"]
    assert [p.name for p in (samples / "test_data_set_0").iterdir()] == ["input_0.pb"]


def test_tensors_of_a_data_set_are_matched_by_name_or_by_position(onnxq, tmp_path):
    inputs = [value("a", TensorProto.FLOAT, [1]), value("b", TensorProto.FLOAT, [1])]
    model = saved(tmp_path / "m.onnx", inputs, [helper.make_node("Concat", ["a", "b"], ["y"], axis=0)],
                  [value("y", TensorProto.FLOAT, [2])])
    for names, wanted in [(("b", "a"), [2, 1]), (("", ""), [1, 2]), (("x", "y"), [1, 2])]:
        for index, name in enumerate(names):
            tensor = numpy_helper.from_array(np.array([index + 1], np.float32), name)
            (tmp_path / f"input_{index}.pb").write_bytes(tensor.SerializeToString())
        onnxq("run", model, "--input", tmp_path, "--output", tmp_path / "out")
        assert numpy_helper.to_array(onnx.load_tensor(tmp_path / "out/output_0.pb")).tolist() == wanted


def test_tensors_of_a_data_set_may_be_infinite_and_arrays_may_not(onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT)
    x = np.array([[np.nan, np.inf, -np.inf]], np.float32)
    assert np.array_equal(echo(onnxq, tmp_path, model, data_sets(tmp_path / "in", [x]))[0], x, equal_nan=True)
    np.savez(tmp_path / "x.npz", x=np.concatenate([np.ones((2, 3), np.float32), x]))
    assert "sample 2 of 'x'" in echo(onnxq, tmp_path, model, tmp_path / "x.npz", exit_code=65)


def test_an_archive_larger_than_four_gigabytes_of_claims_is_refused(onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT, ["n", "m"])
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros((1, 1000), np.float32))
    whole = (tmp_path / "x.npz").read_bytes()
    (tmp_path / "x.npz").write_bytes(whole.replace((4128).to_bytes(4, "little"), (0xf0000000).to_bytes(4, "little")))
    assert "x.npz" in echo(onnxq, tmp_path, model, tmp_path / "x.npz", exit_code=65)


def peak_memory(*command):
    """The most resident memory of a command that must succeed, in MiB."""
    process = os.posix_spawn(command[0], list(map(str, command)), os.environ)
    _, status, usage = os.wait4(process, 0)
    assert status == 0
    return usage.ru_maxrss / 1024


def test_memory_does_not_grow_with_the_number_of_samples(binary, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT, ["n", 3, 64, 64])
    peaks = []
    for count in [4, 4000]:
        np.savez_compressed(tmp_path / "x.npz", x=np.zeros((count, 3, 64, 64), np.float32))
        paths = ["--input", tmp_path / "x.npz", "--output", tmp_path / "out"]
        peaks.append(peak_memory(str(binary), "run", model, *paths))
    assert peaks[1] < peaks[0] + 20, peaks


def test_a_limit_on_the_size_of_files_is_an_error_and_leaves_nothing(binary, onnxq, tmp_path):
    model = identity(tmp_path / "model.onnx", TensorProto.FLOAT, ["n", 30000])
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros((40, 30000), np.float32))
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    for output in ["out.npz", "out"]:
        done = onnxq("run", model, "--input", tmp_path / "x.npz", "--output", tmp_path / output, exit_code=73,
                     preexec_fn=limit)
        assert done.stderr.startswith("onnxq: error: ") and done.stderr.count("\n") == 1
        assert sorted(p.name for p in tmp_path.iterdir()) == ["model.onnx", "x.npz"]
