"""A small pre-norm encoder over the sixteen 2x2 patches of a digit, written out node by node as PyTorch exports one."""
import jax
import jax.numpy as jnp
import numpy as np

from .digits import CLASSES
from .graph import GraphWriter

PATCHES, PATCH = 16, 4
WIDTH, HEADS, HIDDEN, LAYERS = 40, 4, 80, 2
HEAD = WIDTH // HEADS
EPSILON = 1e-5


def linear_shapes():
    shapes = {"embed": (PATCH, WIDTH), "classifier": (WIDTH, CLASSES)}
    for i in range(LAYERS):
        shapes |= {f"layers.{i}.attention.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value", "output")}
        shapes |= {f"layers.{i}.mlp.up": (WIDTH, HIDDEN), f"layers.{i}.mlp.down": (HIDDEN, WIDTH)}
    return shapes


def initialize(key):
    weights = {}
    for name, shape in linear_shapes().items():
        key, own = jax.random.split(key)
        weights[f"{name}.weight"] = jax.random.normal(own, shape) * shape[0] ** -0.5
        weights[f"{name}.bias"] = jnp.zeros(shape[1])
    for name in [f"layers.{i}.norm{j}" for i in range(LAYERS) for j in (1, 2)] + ["norm"]:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = jnp.ones(WIDTH), jnp.zeros(WIDTH)
    weights["position"] = jax.random.normal(key, (1, PATCHES, WIDTH)) * 0.5
    return weights, {}


def apply(weights, statistics, images, training):
    def linear(name, x):
        return x @ weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def normalized(name, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = jnp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + EPSILON)
        return centred / deviation * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def attention(name, x):
        def heads(part):
            return linear(f"{name}.{part}", x).reshape(-1, PATCHES, HEADS, HEAD).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        shares = jax.nn.softmax(query @ key.transpose(0, 1, 3, 2) / HEAD ** 0.5, axis=-1)
        return linear(f"{name}.output", (shares @ value).transpose(0, 2, 1, 3).reshape(-1, PATCHES, WIDTH))

    x = images.reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(-1, PATCHES, PATCH)
    x = linear("embed", x) + weights["position"]
    for i in range(LAYERS):
        layer = f"layers.{i}"
        x = x + attention(f"{layer}.attention", normalized(f"{layer}.norm1", x))
        hidden = jax.nn.gelu(linear(f"{layer}.mlp.up", normalized(f"{layer}.norm2", x)), approximate=False)
        x = x + linear(f"{layer}.mlp.down", hidden)
    return linear("classifier", normalized("norm", x).mean(axis=1)), statistics


def export(parameters):
    """The trained network as an opset 17 model, image [batch, 1, 8, 8] to logits [batch, 10]."""
    graph = GraphWriter("digits_transformer", opset=17, parameters=parameters)

    def reshaped(name, x, *sizes):
        """Reshape to [batch, sizes...], the batch read from the image's shape while the model runs."""
        lengths = [graph.constant_node(f"{name}/Constant_{i}", np.array([size])) for i, size in enumerate(sizes)]
        shape = graph.node("Concat", [batch, *lengths], f"{name}/Concat", axis=0)
        return graph.node("Reshape", [x, shape], f"{name}/Reshape")

    def linear(name, x, output=None):
        path = "/" + name.replace(".", "/")
        product = graph.node("MatMul", [x, f"{name}.weight"], f"{path}/MatMul")
        return graph.node("Add", [f"{name}.bias", product], f"{path}/Add", output=output)

    def normalized(name, x):
        path = "/" + name.replace(".", "/")
        return graph.node("LayerNormalization", [x, f"{name}.weight", f"{name}.bias"], f"{path}/LayerNormalization",
                          axis=-1, epsilon=EPSILON)

    def attention(name, x):
        path = "/" + name.replace(".", "/")

        def heads(part, order):
            split = reshaped(f"{path}/{part}", linear(f"{name}.{part}", x), PATCHES, HEADS, HEAD)
            return graph.node("Transpose", [split], f"{path}/{part}/Transpose", perm=order)

        query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
        scores = graph.node("MatMul", [query, key], f"{path}/MatMul")
        root = graph.constant_node(f"{path}/Constant", np.float32(HEAD ** 0.5))
        scores = graph.node("Div", [scores, root], f"{path}/Div")
        shares = graph.node("Softmax", [scores], f"{path}/Softmax", axis=-1)
        mixed = graph.node("MatMul", [shares, value], f"{path}/MatMul_1")
        mixed = graph.node("Transpose", [mixed], f"{path}/Transpose", perm=[0, 2, 1, 3])
        return linear(f"{name}.output", reshaped(path, mixed, PATCHES, WIDTH))

    def gelu(path, x):
        root, one, half = (graph.constant_node(f"{path}/Constant_{i}", np.float32(value))
                           for i, value in enumerate((2 ** 0.5, 1, 0.5)))
        error = graph.node("Erf", [graph.node("Div", [x, root], f"{path}/Div")], f"{path}/Erf")
        product = graph.node("Mul", [x, graph.node("Add", [error, one], f"{path}/Add")], f"{path}/Mul")
        return graph.node("Mul", [product, half], f"{path}/Mul_1")

    sizes = graph.node("Shape", ["image"], "/Shape")
    first = graph.node("Gather", [sizes, graph.constant_node("/Constant", np.int64(0))], "/Gather", axis=0)
    batch = graph.node("Unsqueeze", [first, graph.constant_node("/Constant_1", np.array([0]))], "/Unsqueeze")
    grid = graph.node("Transpose", [reshaped("/grid", "image", 4, 2, 4, 2)], "/Transpose", perm=[0, 1, 3, 2, 4])
    x = linear("embed", reshaped("/patches", grid, PATCHES, PATCH))
    x = graph.node("Add", [x, "position"], "/Add")
    for i in range(LAYERS):
        layer, path = f"layers.{i}", f"/layers/{i}"
        x = graph.node("Add", [x, attention(f"{layer}.attention", normalized(f"{layer}.norm1", x))], f"{path}/Add")
        hidden = gelu(f"{path}/mlp/gelu", linear(f"{layer}.mlp.up", normalized(f"{layer}.norm2", x)))
        x = graph.node("Add", [x, linear(f"{layer}.mlp.down", hidden)], f"{path}/Add_1")
    x = graph.node("ReduceMean", [normalized("norm", x)], "/ReduceMean", axes=[1], keepdims=0)
    linear("classifier", x, output="logits")
    return graph.model({"image": ["batch", 1, 8, 8]}, {"logits": ["batch", CLASSES]})
