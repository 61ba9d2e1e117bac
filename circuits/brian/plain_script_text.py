"""Numbers and tables as lines of a script: units, sources and comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from core.sourced import ASSUMED, DERIVED, FITTED, Sourced

LONGEST_LINE = 120
#: Unit in which a script shows a variable -> its size in SI.
UNIT_SIZES = {
    "pF": 1e-12,
    "nS": 1e-9,
    "mV": 1e-3,
    "pA": 1e-12,
    "ms": 1e-3,
    "second": 1.0,
    "Hz": 1.0,
    "nM": 1e-6,
    "nM / second": 1e-6,
    "mV**-1": 1e3,
}

IMPORTS = """
from __future__ import annotations

import argparse
import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import (
    Hz,
    Network,
    NeuronGroup,
    Quantity,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    defaultclock,
    linked_var,
    mV,
    ms,
    nS,
    pA,
    pF,
    prefs,
    second,
    seed,
)
from brian2.units import nM
"""
OWN = '''
def own(number, unit=None):
    """A number of which each cell, fibre or contact has its own factor or, with a unit, its own summand."""
    return (number, unit)

'''
NUMBERS = """
NUMBERS = {
    "seconds": SECONDS,
    "step": STEP,
    "constants": CONSTANTS,
    "compartments": COMPARTMENTS,
    "transmitters": TRANSMITTERS,
    "terminals": TERMINALS_OF,
    "receptors": RECEPTORS,
    "fields": FIELDS,
    "cells": CELLS,
    "fibres": FIBRES,
    "contacts": CONTACTS,
    "releases": RELEASES,
    "bluespot_hertz": BLUESPOT_HERTZ,
}
"""


def ruler(words: str) -> str:
    """A line between two parts of a script."""
    return f"\n# --- {words} ".ljust(LONGEST_LINE, "-") + "\n\n"


def scaled(value: float, unit: str) -> str:
    """A number of SI units as text in a unit: `80 * pF`; nine digits, more than single precision holds."""
    text = f"{value / UNIT_SIZES.get(unit, 1.0):.9g}"
    return f"{text} * {unit}" if unit else text


def one_or_each(value: Any, unit: str) -> str:
    """A number, or an array of numbers that differ."""
    values = np.atleast_1d(np.asarray(value))
    if np.all(values == values[0]):
        return scaled(float(values[0]), unit)
    numbers = ", ".join(scaled(float(each), unit).removesuffix(f" * {unit}") for each in values)
    return f"[{numbers}] * {unit}" if unit else f"np.array([{numbers}])"


def source_of(number: Sourced) -> str:
    """The key of a number's source, or in a word that it has none."""
    return number.source.lower() if number.source in (ASSUMED, FITTED, DERIVED) else number.source


def sourced(words: str, number: Sourced | None) -> str:
    """Words on a number, with its source where it has one."""
    return words if number is None else f"{words} ({source_of(number)})"


def mapping(name: str, rows: Mapping[str, tuple[str, str]], words: str) -> list[str]:
    """A dictionary, row by row (text, comment), with a comment above it."""
    lines = [line for key, (value, comment) in rows.items() for line in commented(f'    "{key}": {value},', comment)]
    return [f"# {words[0].upper()}{words[1:]}.", f"{name} = {{", *lines, "}", ""]


def names(name: str, rows: Mapping[str, Any], words: str) -> Iterator[str]:
    """A dictionary of names or lists of names, with a comment above it."""
    texts = (listed([value]) if isinstance(value, str) else f"[{listed(value)}]" for value in rows.values())
    lines = (f'    "{each}": {text},' for each, text in zip(rows, texts, strict=True))
    folds = (fold for line in lines for fold in folded(line))
    yield from (f"# {words[0].upper()}{words[1:]}.", f"{name} = {{", *folds, "}", "")


def listed(texts: Iterable[str]) -> str:
    """Texts in quotation marks."""
    return ", ".join(f'"{text}"' for text in texts)


def commented(line: str, comment: str) -> list[str]:
    """A line with a comment behind it, or above it where it would grow too long."""
    if not comment:
        return folded(line)
    whole, indent = f"{line}  # {comment}", line[: len(line) - len(line.lstrip())]
    return [whole] if len(whole) <= LONGEST_LINE else [f"{indent}# {comment}", *folded(line)]


def folded(line: str) -> list[str]:
    """A line of code in brackets; where it would grow too long, it goes on behind a comma, indented by four more."""
    folds, indent = [""], line[: len(line) - len(line.lstrip())]
    for piece in line.replace(", ", ",\n").split("\n"):
        longer = f"{folds[-1]} {piece}" if folds[-1] else piece
        if folds[-1] and len(longer) > LONGEST_LINE:
            folds.append(f"{indent}    {piece}")
        else:
            folds[-1] = longer
    return folds
