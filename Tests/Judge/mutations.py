"""Seeded damage to ONNX models, from the level of meaning down to single bytes."""
import onnx
from onnx import AttributeProto, TensorProto

INTEGERS = [0, 1, -1, 2, 3, 7, -2, 255, 65536, 2**31 - 1, 2**31, -2**31, 2**62, 2**63 - 1, -2**63]
FLOATS = [0.0, -0.0, -1.0, 1e-45, 1e-12, 3.4e38, float("inf"), float("-inf"), float("nan")]
OPERATORS = ["Conv", "MatMul", "Gemm", "Add", "Relu", "Clip", "Concat", "Reshape", "Transpose", "Softmax", "Shape",
             "Gather", "ReduceMean", "LayerNormalization", "MaxPool", "Resize", "Split", "Loop", "If", "NoSuchOperator"]
TYPES = [number for number in TensorProto.DataType.values()] + [99, -1]


def some_attribute(model, random):
    return random.choice([attribute for node in model.graph.node for attribute in node.attribute])


def change_attribute(model, random):
    attribute = some_attribute(model, random)
    if attribute.type == AttributeProto.INTS and len(attribute.ints) > 0:
        attribute.ints[random.randrange(len(attribute.ints))] = random.choice(INTEGERS)
    elif attribute.type == AttributeProto.INT:
        attribute.i = random.choice(INTEGERS)
    elif attribute.type == AttributeProto.FLOAT:
        attribute.f = random.choice(FLOATS)
    elif attribute.type == AttributeProto.TENSOR:
        damage_tensor(attribute.t, random)
    else:
        attribute.s = bytes(random.randrange(256) for _ in range(4))


def resize_attribute(model, random):
    attribute = some_attribute(model, random)
    attribute.type = AttributeProto.INTS
    del attribute.ints[random.randrange(len(attribute.ints) + 1):]
    attribute.ints.extend(random.choice(INTEGERS) for _ in range(random.randrange(6)))


def retype_attribute(model, random):
    some_attribute(model, random).type = random.choice(AttributeProto.AttributeType.values())


def drop_attribute(model, random):
    node = random.choice([node for node in model.graph.node if node.attribute])
    del node.attribute[random.randrange(len(node.attribute))]


def damage_tensor(tensor, random):
    kind = random.randrange(5)
    if kind == 0 and tensor.dims:
        tensor.dims[random.randrange(len(tensor.dims))] = random.choice(INTEGERS)
    elif kind == 1:
        tensor.data_type = random.choice(TYPES)
    elif kind == 2:
        tensor.raw_data = tensor.raw_data[:random.randrange(len(tensor.raw_data) + 1)]
    elif kind == 3:
        tensor.dims.extend(random.choice(INTEGERS) for _ in range(random.randrange(1, 8)))
    else:
        word = random.choice([b"\x00\x00\xc0\x7f", b"\x00\x00\x80\xff", b"\xff\xff\x7f\x7f", b"\x00\x00\x00\x00"])
        place = random.randrange(len(tensor.raw_data) // 4 + 1) * 4
        tensor.raw_data = (tensor.raw_data[:place] + word + tensor.raw_data[place + 4:])[:max(len(tensor.raw_data), 4)]


def damage_initializer(model, random):
    damage_tensor(random.choice(model.graph.initializer), random)


def make_external(model, random):
    tensor = random.choice(model.graph.initializer)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    place = random.choice(["../../etc/passwd", "/etc/passwd", "weights.bin", "", "a\0b", "x" * 5000])
    for key, value in [("location", place), ("offset", str(random.choice(INTEGERS))), ("length", "many")]:
        tensor.external_data.add(key=key, value=value)


def damage_declaration(model, random):
    info = random.choice([*model.graph.input, *model.graph.output]).type.tensor_type
    kind = random.randrange(4)
    if kind == 0:
        info.elem_type = random.choice(TYPES)
    elif kind == 1 and info.shape.dim:
        random.choice(info.shape.dim).dim_value = random.choice(INTEGERS)
    elif kind == 2:
        info.shape.dim.add().dim_value = random.choice(INTEGERS)
    else:
        info.ClearField("shape")


def rewire(model, random):
    nodes = model.graph.node
    names = [name for node in nodes for name in [*node.input, *node.output]] + ["", "nowhere"]
    node = random.choice(nodes)
    ends = random.choice([ends for ends in (node.input, node.output) if ends])
    ends[random.randrange(len(ends))] = random.choice(names)


def change_input_count(model, random):
    node = random.choice(model.graph.node)
    if random.random() < 0.5 and node.input:
        del node.input[random.randrange(len(node.input))]
    else:
        node.input.append(random.choice(random.choice(model.graph.node).output))


def change_operator(model, random):
    node = random.choice(model.graph.node)
    node.op_type = random.choice(OPERATORS)
    if random.random() < 0.2:
        node.domain = random.choice(["", "ai.onnx", "com.microsoft", "nobody.knows"])


def drop_node(model, random):
    del model.graph.node[random.randrange(len(model.graph.node))]


def repeat_node(model, random):
    copy = onnx.NodeProto()
    copy.CopyFrom(random.choice(model.graph.node))
    model.graph.node.insert(random.randrange(len(model.graph.node)), copy)


def drop_initializer(model, random):
    del model.graph.initializer[random.randrange(len(model.graph.initializer))]


def repeat_initializer(model, random):
    model.graph.initializer.add().CopyFrom(random.choice(model.graph.initializer))


def nest_graph(model, random):
    attribute = random.choice(model.graph.node).attribute.add(name="body", type=AttributeProto.GRAPH)
    attribute.g.node.add(op_type="Identity", input=[random.choice(model.graph.node).output[0]], output=["inner"])


def change_version(model, random):
    if random.random() < 0.3:
        model.ir_version = random.choice(INTEGERS)
    else:
        model.opset_import[0].version = random.choice([*INTEGERS, 6, 9, 11, 12, 13, 18, 21, 26])


def change_ends(model, random):
    infos = random.choice([model.graph.input, model.graph.output])
    random.choice([lambda: infos.add(name="extra"), lambda: infos.pop(), lambda: infos.add().CopyFrom(infos[0])])()


MEANING = [change_attribute, change_attribute, resize_attribute, retype_attribute, drop_attribute, damage_initializer,
           damage_initializer, make_external, damage_declaration, damage_declaration, rewire, rewire,
           change_input_count, change_operator, drop_node, repeat_node, drop_initializer, repeat_initializer,
           nest_graph, change_version, change_ends]


def damage_bytes(data, random):
    """Flips, cuts, drops or repeats bytes, mostly among the nodes and declarations rather than inside weights."""
    data = bytearray(data)
    place = random.choice([random.randrange(min(len(data), 6000)), random.randrange(len(data)),
                           len(data) - 1 - random.randrange(min(len(data), 200))])
    kind = random.randrange(4)
    if kind == 0:
        for _ in range(random.randrange(1, 8)):
            data[min(place + random.randrange(64), len(data) - 1)] = random.randrange(256)
    elif kind == 1:
        del data[place:]
    elif kind == 2:
        del data[place:place + random.randrange(1, 40)]
    else:
        data[place:place] = data[place:place + random.randrange(1, 40)]
    return bytes(data), f"damage_bytes at {place}, kind {kind}"


def mutated(source, random):
    """One damaged copy of the serialized model `source`, and in words what was done to it."""
    if random.random() < 0.25:
        return damage_bytes(source, random)
    model = onnx.ModelProto.FromString(source)
    steps = random.choices(MEANING, k=random.choice([1, 1, 1, 2, 4]))
    for step in steps:
        step(model, random)
    return model.SerializeToString(), " + ".join(step.__name__ for step in steps)
