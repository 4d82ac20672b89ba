"""scikit-learn's handwritten digits, cut into a training and a held-out part."""
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits

CLASSES = 10


@dataclass
class Digits:
    """`images` is float32 [samples, 1, 8, 8] in 0...1; `labels` is int64 [samples]."""
    images: np.ndarray
    labels: np.ndarray

    def first(self, count):
        return Digits(self.images[:count], self.labels[:count])


def split(held_out, seed):
    """The 1797 digits in a seeded order, as (training, held out)."""
    source = load_digits()
    images = (source.images / source.images.max()).astype(np.float32)[:, None]
    order = np.random.default_rng(seed).permutation(len(images))
    parts = order[held_out:], order[:held_out]
    return tuple(Digits(images[part], source.target[part].astype(np.int64)) for part in parts)


def write_samples(path, data, labelled):
    arrays = {"image": data.images} | ({"label": data.labels} if labelled else {})
    np.savez_compressed(path, **arrays)
