"""A small residual network of depthwise-separable blocks, every BatchNormalization kept apart in the file.

    stem 3x3 -> residual inverted block -> inverted block of stride 2 -> 1x1 head -> global average -> Gemm
"""
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from .digits import CLASSES
from .graph import GraphWriter

EPSILON = 1e-5
MOMENTUM = 0.9


@dataclass
class Layer:
    """A convolution without bias, its BatchNormalization, and what follows: "relu", "relu6" or nothing."""
    name: str
    inputs: int
    outputs: int
    kernel: int
    then: str | None
    stride: int = 1
    groups: int = 1


STEM = Layer("stem", 1, 16, 3, "relu")
RESIDUAL = [
    Layer("block1.expand", 16, 48, 1, "relu6"),
    Layer("block1.depthwise", 48, 48, 3, "relu6", groups=48),
    Layer("block1.project", 48, 16, 1, None),
]
REST = [
    Layer("block2.expand", 16, 64, 1, "relu6"),
    Layer("block2.depthwise", 64, 64, 3, "relu6", stride=2, groups=64),
    Layer("block2.project", 64, 32, 1, None),
    Layer("head", 32, 64, 1, "relu"),
]


def initialize(key):
    weights, statistics = {}, {}
    for layer in [STEM, *RESIDUAL, *REST]:
        key, own = jax.random.split(key)
        shape = (layer.outputs, layer.inputs // layer.groups, layer.kernel, layer.kernel)
        fan_in = shape[1] * shape[2] * shape[3]
        weights[f"{layer.name}.conv.weight"] = jax.random.normal(own, shape) * (2 / fan_in) ** 0.5
        weights[f"{layer.name}.bn.weight"] = jnp.ones(layer.outputs)
        weights[f"{layer.name}.bn.bias"] = jnp.zeros(layer.outputs)
        statistics[f"{layer.name}.bn.running_mean"] = jnp.zeros(layer.outputs)
        statistics[f"{layer.name}.bn.running_var"] = jnp.ones(layer.outputs)
    features = REST[-1].outputs
    weights["classifier.weight"] = jax.random.normal(key, (CLASSES, features)) * features ** -0.5
    weights["classifier.bias"] = jnp.zeros(CLASSES)
    return weights, statistics


def apply(weights, statistics, images, training):
    observed = dict(statistics)

    def run(layer, x):
        same = (layer.kernel // 2, layer.kernel // 2)
        x = jax.lax.conv_general_dilated(
            x, weights[f"{layer.name}.conv.weight"], (layer.stride,) * 2, (same, same),
            feature_group_count=layer.groups)
        mean_name, variance_name = f"{layer.name}.bn.running_mean", f"{layer.name}.bn.running_var"
        mean, variance = statistics[mean_name], statistics[variance_name]
        if training:
            batch_mean, batch_variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
            observed[mean_name] = MOMENTUM * mean + (1 - MOMENTUM) * batch_mean
            observed[variance_name] = MOMENTUM * variance + (1 - MOMENTUM) * batch_variance
            mean, variance = batch_mean, batch_variance
        scale = weights[f"{layer.name}.bn.weight"] / jnp.sqrt(variance + EPSILON)
        x = (x - mean[:, None, None]) * scale[:, None, None] + weights[f"{layer.name}.bn.bias"][:, None, None]
        return {"relu": jax.nn.relu, "relu6": jax.nn.relu6, None: lambda x: x}[layer.then](x)

    x = run(STEM, images)
    branch = x
    for layer in RESIDUAL:
        branch = run(layer, branch)
    x = x + branch
    for layer in REST:
        x = run(layer, x)
    return x.mean(axis=(2, 3)) @ weights["classifier.weight"].T + weights["classifier.bias"], observed


def export(parameters):
    """The trained network as an opset 13 model, image [batch, 1, 8, 8] to logits [batch, 10]."""
    graph = GraphWriter("digits_cnn", opset=13, parameters=parameters)
    low, high = graph.constant("relu6.min", 0.0), graph.constant("relu6.max", 6.0)

    def add(layer, x):
        x = graph.node("Conv", [x, f"{layer.name}.conv.weight"], f"/{layer.name}/conv/Conv",
                       kernel_shape=[layer.kernel] * 2, strides=[layer.stride] * 2, dilations=[1, 1],
                       pads=[layer.kernel // 2] * 4, group=layer.groups)
        normalization = [f"{layer.name}.bn.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        x = graph.node("BatchNormalization", [x, *normalization], f"/{layer.name}/bn/BatchNormalization",
                       epsilon=EPSILON, momentum=MOMENTUM)
        if layer.then == "relu":
            return graph.node("Relu", [x], f"/{layer.name}/relu/Relu")
        if layer.then == "relu6":
            return graph.node("Clip", [x, low, high], f"/{layer.name}/relu6/Clip")
        return x

    x = add(STEM, "image")
    branch = x
    for layer in RESIDUAL:
        branch = add(layer, branch)
    x = graph.node("Add", [x, branch], "/block1/Add")
    for layer in REST:
        x = add(layer, x)
    x = graph.node("GlobalAveragePool", [x], "/pool/GlobalAveragePool")
    x = graph.node("Flatten", [x], "/Flatten", axis=1)
    graph.node("Gemm", [x, "classifier.weight", "classifier.bias"], "/classifier/Gemm", output="logits", transB=1)
    return graph.model({"image": ["batch", 1, 8, 8]}, {"logits": ["batch", CLASSES]})
