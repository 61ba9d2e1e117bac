"""Random numbers addressed by name, so that no draw depends on who drew before.

A stream belongs to labels such as (study seed, animal, purpose). Workers, the order of epochs, and populations that
have nothing to do with each other can therefore not change each other's numbers. Sham and ligated animals of one
number share theirs (common random numbers).
"""

from __future__ import annotations

import hashlib

import numpy as np


def word(*labels: object) -> int:
    """Make a 32-bit hash of the labels: equal labels give the same number, on every machine.

    Parameters
    ----------
    *labels : object
        Anything with a fixed text, such as numbers and names; their order matters.

    Returns
    -------
    int
        From 0 to 2**32 - 1.
    """
    return int.from_bytes(_digest(labels)[:4], "little")


def stream(*labels: object) -> np.random.Generator:
    """Make a random number generator that the labels alone fix: equal labels draw equal numbers.

    Parameters
    ----------
    *labels : object
        Anything with a fixed text, such as numbers and names; their order matters.

    Returns
    -------
    numpy.random.Generator
        Of the counter-based kind Philox (Salmon et al. 2011), with the labels' 128-bit hash as its key.
    """
    return np.random.Generator(np.random.Philox(key=int.from_bytes(_digest(labels)[:16], "little")))


def _digest(labels: tuple[object, ...]) -> bytes:
    return hashlib.blake2b("\x1f".join(map(str, labels)).encode(), digest_size=16).digest()
