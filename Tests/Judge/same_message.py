"""Tells whether models are the same message, as Google's protobuf and the `onnx` package see it.

    same_message.py < pairs       one pair of paths a line, with a tab between

Exits with 1, and names them, where two differ in any field, presence and unknown fields included.
"""
import sys

import onnx


def parsed(path):
    model = onnx.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    return model


def same(original, written):
    first, second = parsed(original), parsed(written)
    bytes_of_both = [model.SerializeToString(deterministic=True) for model in (first, second)]
    return first == second and bytes_of_both[0] == bytes_of_both[1]


different = [line for line in sys.stdin.read().splitlines() if not same(*line.split("\t"))]
print("\n".join(f"not the same message: {line}" for line in different))
sys.exit(1 if different else 0)
