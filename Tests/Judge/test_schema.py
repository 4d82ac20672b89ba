"""The schema against the one that the `onnx` package carries, which is of IR version 13 or later."""
import shutil
import subprocess

import onnx
import pytest
from google.protobuf import descriptor_pb2

from conftest import ROOT

# What versions after 13 added.
LATER = {
    ("TensorProto.DataType", 27), ("TensorProto.DataType", 28), ("Version", 14),
}


def declarations(messages, enums, prefix=""):
    """Fields as (message, number, name, type, label), numbers of enums as (enum, number)."""
    found = {(prefix + enum.name, value.number) for enum in enums for value in enum.value}
    for message in messages:
        name = prefix + message.name
        for field in message.field:
            found.add((name, field.number, field.name, field.type, field.label, field.type_name, field.options.packed))
        found |= declarations(message.nested_type, message.enum_type, name + ".")
    return found


def ours(folder):
    if shutil.which("protoc") is None:
        pytest.skip("no protoc; install protobuf-compiler")
    path = folder / "onnx.binpb"
    schemas = ROOT / "Schemas"
    subprocess.run(["protoc", f"--proto_path={schemas}", f"--descriptor_set_out={path}", "onnx.proto"], check=True)
    return descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file[0]


def test_declares_the_whole_of_ir_version_13(tmp_path):
    file = ours(tmp_path)
    theirs = descriptor_pb2.FileDescriptorProto()
    onnx.onnx_ml_pb2.DESCRIPTOR.CopyToProto(theirs)
    mine = declarations(file.message_type, file.enum_type)
    whole = declarations(theirs.message_type, theirs.enum_type)
    assert len(mine) > 150
    assert mine - whole == set(), "the format knows nothing of these"
    if onnx.IR_VERSION <= 14:
        assert whole - mine <= LATER, "these are missing"


def test_reserves_the_same_numbers(tmp_path):
    file = ours(tmp_path)
    theirs = descriptor_pb2.FileDescriptorProto()
    onnx.onnx_ml_pb2.DESCRIPTOR.CopyToProto(theirs)
    reserved = {message.name: message for message in theirs.message_type}
    for message in file.message_type:
        numbers = {n for r in message.reserved_range for n in range(r.start, r.end)}
        expected = {n for r in reserved[message.name].reserved_range for n in range(r.start, r.end)}
        assert numbers == expected, message.name
        assert set(message.reserved_name) == set(reserved[message.name].reserved_name), message.name
