"""The training loop: AdamW, one-cycle cosine rate, label smoothing, and digits moved by up to a pixel.

A network is a module with `initialize(key)`, which returns (weights, statistics), and
`apply(weights, statistics, images, training)`, which returns (logits, statistics). Both are dictionaries of arrays by
the name the array has in the ONNX file. Statistics are what training observes rather than learns.
"""
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from .digits import CLASSES


@dataclass
class Recipe:
    epochs: int
    rate: float
    decay: float
    seed: int
    batch: int = 64
    smoothing: float = 0.05


def moved(images, generator):
    """Each image shifted by up to a pixel in both directions, zeros moving in, its contrast changed by up to 10 %."""
    padded = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows, columns = generator.integers(0, 3, size=(2, len(images)))
    windows = [padded[i, :, r:r + 8, c:c + 8] for i, (r, c) in enumerate(zip(rows, columns))]
    contrast = generator.uniform(0.9, 1.1, size=(len(images), 1, 1, 1))
    return np.clip(np.stack(windows) * contrast, 0, 1).astype(np.float32)


def make_step(network, recipe):
    def loss(weights, statistics, images, targets):
        logits, statistics = network.apply(weights, statistics, images, training=True)
        return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(logits), axis=-1)), statistics

    @jax.jit
    def step(state, images, labels, progress):
        weights, statistics, mean, variance, count = state
        targets = jax.nn.one_hot(labels, CLASSES) * (1 - recipe.smoothing) + recipe.smoothing / CLASSES
        gradient, statistics = jax.grad(loss, has_aux=True)(weights, statistics, images, targets)
        count += 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        variance = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, variance, gradient)
        rate = recipe.rate * jnp.minimum(progress / 0.1, 0.5 + 0.5 * jnp.cos(jnp.pi * progress))

        def updated(weight, m, v):
            direction = (m / (1 - 0.9 ** count)) / (jnp.sqrt(v / (1 - 0.98 ** count)) + 1e-8)
            return weight - rate * (direction + (recipe.decay * weight if weight.ndim > 1 else 0))

        return jax.tree.map(updated, weights, mean, variance), statistics, mean, variance, count

    return step


def fit(network, data, recipe):
    """Trains from scratch and returns weights and statistics in one dictionary of float32 arrays."""
    weights, statistics = network.initialize(jax.random.key(recipe.seed))
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = weights, statistics, zeros, zeros, jnp.float32(0)
    step, generator = make_step(network, recipe), np.random.default_rng(recipe.seed)
    batches = len(data.images) // recipe.batch
    for epoch in range(recipe.epochs):
        order = generator.permutation(len(data.images))
        for i in range(batches):
            part = order[i * recipe.batch:(i + 1) * recipe.batch]
            progress = (epoch + i / batches) / recipe.epochs
            state = step(state, moved(data.images[part], generator), data.labels[part], progress)
    return {name: np.asarray(value, np.float32) for name, value in (state[0] | state[1]).items()}
