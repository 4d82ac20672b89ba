"""Models under construction, node by node."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """Nodes and constants, named in the order in which they are made."""

    def __init__(self, random):
        self.random = random
        self.nodes, self.constants = [], []

    def constant(self, values):
        """A constant of these numbers; those in double precision become float32."""
        values, name = np.asarray(values), f"c{len(self.constants)}"
        if values.dtype == np.float64:
            values = values.astype(np.float32)
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, operator, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def finished(self, inputs, outputs=None, opset=13, element_types=None):
        """The model. `inputs` are extents by name, of float32 where `element_types` says nothing else; the last node's
        result is the output where none are named."""
        types = element_types or {}
        inputs = [helper.make_tensor_value_info(name, types.get(name, TensorProto.FLOAT), extents)
                  for name, extents in inputs.items()]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
                   for name in outputs or [self.nodes[-1].output[0]]]
        graph = helper.make_graph(self.nodes, "net", inputs, outputs, self.constants)
        imports = [helper.make_opsetid("", opset)]
        return helper.make_model(graph, opset_imports=imports, ir_version=8 if opset < 21 else 10)
