"""Writes small models at old versions of the operator set, one for each form of an operator that later changed.

    opset_cases.py FOLDER       writes FOLDER/<case>_<opset>.onnx
"""
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save, shape_inference

IR_VERSIONS = {7: 3, 8: 3, 9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 16: 8, 17: 8, 18: 8}
IMAGE = [2, 3, 4, 6]


class Case:
    """One node or a few between the input `x` and the outputs."""

    def __init__(self, name, opsets, nodes, shape=IMAGE, outputs=("y",), element_type=TensorProto.FLOAT, constants=None,
                 output_type=None):
        self.name, self.opsets, self.nodes, self.shape = name, opsets, nodes, shape
        self.outputs, self.element_type = outputs, element_type
        self.output_type = output_type or element_type
        self.constants = constants or {}

    def model(self, opset):
        inputs = [helper.make_tensor_value_info("x", self.element_type, self.shape)]
        types = [self.output_type] + [TensorProto.INT64] * (len(self.outputs) - 1) if self.name.startswith("topk") \
            else [self.output_type] * len(self.outputs)
        outputs = [helper.make_tensor_value_info(*pair, None) for pair in zip(self.outputs, types)]
        initializers = [numpy_helper.from_array(np.asarray(value), name) for name, value in self.constants.items()]
        if IR_VERSIONS[opset] < 4:
            inputs += [helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in initializers]
        graph = helper.make_graph(self.nodes, self.name, inputs, outputs, initializers)
        imports = [helper.make_opsetid("", opset)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSIONS[opset])
        return shape_inference.infer_shapes(model)


def node(op_type, inputs=("x",), outputs=("y",), **attributes):
    return helper.make_node(op_type, list(inputs), list(outputs), **attributes)


def statistics(channels):
    generator = np.random.default_rng(1)
    names = ["scale", "bias", "mean", "variance"]
    values = generator.uniform(0.5, 2, (4, channels)).astype(np.float32)
    return names, dict(zip(names, values))


def cases():
    old = (7, 8, 9, 10, 11, 12)
    for operator in ["Softmax", "LogSoftmax", "Hardmax"]:
        for axis in range(4):
            yield Case(f"{operator.lower()}_axis{axis}", (7, 11, 12), [node(operator, axis=axis)])
        yield Case(f"{operator.lower()}_default", (7, 11), [node(operator)])
        yield Case(f"{operator.lower()}_negative", (11, 12), [node(operator, axis=-2)])
        yield Case(f"{operator.lower()}_free", (9, 12), [node(operator, axis=1)], shape=["N", "a", "b"])
        yield Case(f"{operator.lower()}_image", (9,), [node(operator, axis=1)], shape=[2, 10, 1, 1])
    yield Case("squeeze", old, [node("Squeeze", axes=[1, 3])], shape=[2, 1, 3, 1])
    yield Case("squeeze_all", old, [node("Squeeze")], shape=[2, 1, 3, 1])
    yield Case("unsqueeze", old, [node("Unsqueeze", axes=[0, 3])])
    for operator in ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "LogSumExp", "SumSquare"]:
        yield Case(f"reduce_{operator.lower()}", (7, 11, 12, 13, 17), [node(f"Reduce{operator}", axes=[1, 3])]
                   if operator != "Sum" else [node("ReduceMean", axes=[1, 3])])
        yield Case(f"reduce_{operator.lower()}_all", (7, 12), [node(f"Reduce{operator}", keepdims=0)])
    yield Case("reduce_sum_axes", old, [node("ReduceSum", axes=[2], keepdims=0)])
    yield Case("split", old, [node("Split", outputs=["y", "z"], axis=3, split=[2, 4])], outputs=("y", "z"))
    yield Case("split_equal", old + (13, 17), [node("Split", outputs=["y", "z", "w"], axis=1)], outputs=("y", "z", "w"))
    yield Case("clip", (7, 8, 9, 10), [node("Clip", min=-0.5, max=0.25)])
    yield Case("clip_max", (7, 10), [node("Clip", max=0.25)])
    yield Case("clip_none", (7, 10), [node("Clip")])
    yield Case("slice", (7, 8, 9), [node("Slice", starts=[1, -3], ends=[9, -1], axes=[1, 3])])
    yield Case("slice_leading", (7, 9), [node("Slice", starts=[0, 1], ends=[1, 3])])
    yield Case("pad", (7, 10), [node("Pad", pads=[0, 0, 1, 2, 0, 0, 0, 1])])
    yield Case("pad_value", (7, 10), [node("Pad", pads=[0, 0, 1, 2, 0, 0, 0, 1], value=1.5)])
    yield Case("pad_reflect", (7, 10), [node("Pad", pads=[0, 0, 1, 2, 0, 0, 0, 1], mode="reflect")])
    yield Case("pad_crop", (7, 10), [node("Pad", pads=[0, 0, -1, 2, 0, 0, 0, -1])])
    yield Case("pad_double", (10,), [node("Pad", pads=[0, 0, 1, 0, 0, 0, 0, 1], value=2.5)],
               element_type=TensorProto.DOUBLE)
    yield Case("dropout", (7, 8, 9, 10, 11), [node("Dropout", ratio=0.4)])
    yield Case("dropout_default", old, [node("Dropout")])
    yield Case("topk", (7, 9), [node("TopK", outputs=["y", "z"], axis=3, k=2)], outputs=("y", "z"))
    yield Case("upsample_attribute", (7, 8), [node("Upsample", scales=[1.0, 1.0, 2.0, 3.0], mode="nearest")])
    yield Case("upsample_linear_attribute", (7, 8), [node("Upsample", scales=[1.0, 1.0, 2.0, 2.0], mode="linear")])
    for mode in ["nearest", "linear"]:
        for name, factors in [("double", [1, 1, 2, 2]), ("odd", [1, 1, 1.5, 2.25]), ("none", [1, 1, 1, 1])]:
            scales = {"scales": np.array(factors, np.float32)}
            for operator, opset in [("Upsample", 9), ("Resize", 10)]:
                resize = node(operator, ["x", "scales"], mode=mode)
                yield Case(f"{operator.lower()}_{mode}_{name}", (opset,), [resize], constants=scales)
        scales = {"scales": np.array([1, 1, 0.6, 0.6], np.float32)}
        yield Case(f"resize_{mode}_shrink", (10,), [node("Resize", ["x", "scales"], mode=mode)], constants=scales)
    names, constants = statistics(3)
    yield Case("batch_normalization", old + (13,),
               [node("BatchNormalization", ["x"] + names, epsilon=1e-3, momentum=0.5)], constants=constants)
    yield Case("batch_normalization_spatial", (7, 8), [node("BatchNormalization", ["x"] + names, spatial=1)],
               constants=constants)
    yield Case("scatter", (9, 10), [node("Scatter", ["x", "indices", "updates"], axis=3)],
               constants={"indices": np.array([[[[1, 0]]]], np.int64), "updates": np.array([[[[7, 8]]]], np.float32)})
    yield Case("gemm", old, [node("Gemm", ["x", "w", "b"], alpha=0.5, transB=1)], shape=[3, 4],
               constants={"w": np.ones((5, 4), np.float32), "b": np.ones((5,), np.float32)})
    yield Case("cast", old, [node("Cast", to=TensorProto.INT32)], output_type=TensorProto.INT32)
    row = numpy_helper.from_array(np.float32([1, 2, 3, 4, 5, 6]))
    yield Case("constant", old, [node("Constant", [], ["c"], value=row), node("Add", ["x", "c"])])
    yield Case("argmax", old, [node("ArgMax", axis=1, keepdims=0)], output_type=TensorProto.INT64)
    yield Case("flatten", old, [node("Flatten", axis=2)])
    yield Case("max_pool", old, [node("MaxPool", kernel_shape=[2, 2], strides=[2, 2])])
    yield Case("average_pool", old, [node("AveragePool", kernel_shape=[2, 2], pads=[1, 1, 0, 0])])
    yield Case("depth_to_space", old, [node("DepthToSpace", blocksize=2)], shape=[1, 8, 2, 3])
    yield Case("grid_sample", (16, 17, 18), [node("GridSample", ["x", "grid"], mode="bicubic")],
               constants={"grid": np.random.default_rng(2).uniform(-1, 1, (2, 2, 2, 2)).astype(np.float32)})
    yield Case("roi_align", (10, 12, 13), [node("RoiAlign", ["x", "rois", "batch"], output_height=2, output_width=2)],
               constants={"rois": np.array([[0, 0, 3, 3], [1, 0, 5, 2]], np.float32), "batch": np.array([0, 1])})


def main():
    folder = Path(sys.argv[1])
    for case in cases():
        for opset in case.opsets:
            model = case.model(opset)
            checker.check_model(model)
            save(model, folder / f"{case.name}_{opset}.onnx")


if __name__ == "__main__":
    main()
