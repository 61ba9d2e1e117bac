"""Random numbers addressed by name, so that no draw depends on who drew before.

A stream belongs to (study seed, animal, purpose, ...). Workers, the order of epochs and populations
that have nothing to do with each other can therefore not change each other's numbers, and sham and
ligated animals of one number share theirs (common random numbers).
"""

from __future__ import annotations

import hashlib

import numpy as np


def word(*labels: object) -> int:
    """A 32-bit number fixed by the labels alone."""
    return int.from_bytes(_digest(labels)[:4], "little")


def stream(*labels: object) -> np.random.Generator:
    """A Philox generator (counter-based, Salmon et al. 2011) whose 128-bit key is fixed by the labels."""
    return np.random.Generator(np.random.Philox(key=int.from_bytes(_digest(labels)[:16], "little")))


def _digest(labels: tuple[object, ...]) -> bytes:
    return hashlib.blake2b("\x1f".join(map(str, labels)).encode(), digest_size=16).digest()
