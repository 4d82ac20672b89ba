"""Collects nodes and initializers into an ONNX model, naming outputs the way PyTorch's exporter does."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

IR_VERSION = 8


class GraphWriter:
    def __init__(self, name, opset, parameters):
        self.name, self.opset, self.nodes = name, opset, []
        self.initializers = [numpy_helper.from_array(value, key) for key, value in parameters.items()]

    def node(self, operator, inputs, name, output=None, **attributes):
        """Appends a node of one output and returns that output's name."""
        output = output or f"{name}_output_0"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=name, **attributes))
        return output

    def constant(self, name, value):
        """A float32 initializer."""
        self.initializers.append(numpy_helper.from_array(np.float32(value), name))
        return name

    def constant_node(self, name, value):
        """A Constant node, as an exporter writes for a number in the program text."""
        return self.node("Constant", [], name, value=numpy_helper.from_array(np.asarray(value)))

    def model(self, inputs, outputs):
        """The whole as a ModelProto; `inputs` and `outputs` give float32 shapes by name."""
        def infos(shapes):
            return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]

        graph = helper.make_graph(self.nodes, self.name, infos(inputs), infos(outputs), self.initializers)
        return helper.make_model(graph, ir_version=IR_VERSION, producer_name="onnxq-train-models",
                                 opset_imports=[helper.make_opsetid("", self.opset)])
