"""Models under construction, node by node."""
import numpy as np
from onnx import helper, numpy_helper


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
