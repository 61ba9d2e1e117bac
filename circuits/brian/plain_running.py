"""Unpacks the numbers of a script in plain Brian2, runs its epoch and says at which rates cells fired.

`circuits.brian.plain_script` copies this module, after `circuits.brian.plain`, into the scripts that it writes.
"""

from __future__ import annotations

import argparse
import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from brian2 import defaultclock, ms, prefs, second, seed
from brian2.units import nM

from circuits.brian.plain import (
    Cells,
    Fibres,
    PlainModel,
    SynapticContacts,
    VolumeRelease,
    build,
    rates,
)


def unpacked(text: str) -> dict[str, np.ndarray]:
    """The arrays that stand packed at the end of a script, by name."""
    with np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False) as arrays:
        return dict(arrays)


def each(name: str, number: Any, packed: Mapping[str, np.ndarray]) -> Any:
    """A number that all share, or the numbers of each: `own(x)` times a factor, `own(x, unit)` plus a summand."""
    if not isinstance(number, tuple):
        return number
    shared, unit = number
    kept = packed[name].astype(float)
    return shared * kept if unit is None else shared + kept * unit


def cells(name: str, given: Mapping[str, Any], packed: Mapping[str, np.ndarray]) -> Cells:
    """A population of cells; a value that is a name stands for the value of that name."""
    values = {k: each(f"{name}.{k}", v, packed) for k, v in given["values"].items() if not isinstance(v, str)}
    values |= {k: values[v] for k, v in given["values"].items() if isinstance(v, str)}
    effects = {
        effect: {r: each(f"{name}.{effect}_{r}", v, packed) for r, v in given[effect].items()}
        for effect in ("girk", "current", "release")
    }
    return Cells(given["count"], values, **effects)


def fibres(name: str, given: Mapping[str, Any], packed: Mapping[str, np.ndarray], until: float) -> Fibres:
    """A population of fibres with its spikes up to a time in seconds."""
    times = packed[f"{name}.milliseconds"].astype(float)
    within = times < 1e3 * until - 1e-3
    release = {r: each(f"{name}.release_{r}", v, packed) for r, v in given["release"].items()}
    base = each(f"{name}.release_base", given["release_base"], packed)
    index = packed[f"{name}.index"].astype(int)
    return Fibres(given["count"], index[within], times[within] * ms, base, release)


def contacts(number: int, given: Sequence[Any], packed: Mapping[str, np.ndarray]) -> SynapticContacts:
    """The contacts of one population on another."""
    source, sign, target, weight, delay, _ = given
    sources, targets, factor = (packed[f"contacts.{number}.{what}"] for what in ("source", "target", "factor"))
    weights = weight * factor.astype(float)
    inhibits = sign == "inhibits"
    return SynapticContacts(source, target, inhibits, sources.astype(int), targets.astype(int), weights, delay)


def volume_release(number: int, given: Sequence[Any], places: Sequence[str], living: np.ndarray) -> VolumeRelease:
    """The release of one transmitter by one population, by the cells of it that live."""
    source, transmitter, quanta = given
    row = np.array([float(quanta.get(place, 0 * nM) / nM) for place in places])
    return VolumeRelease(source, transmitter, np.outer(living, row) * nM)


def model_of(numbers: Mapping[str, Any], packed: Mapping[str, np.ndarray], until: float) -> PlainModel:
    """The model of the numbers of a script, with what each cell, fibre and contact has of its own."""
    places = numbers["compartments"]
    return PlainModel(
        constants=numbers["constants"],
        compartments=places,
        transmitters=numbers["transmitters"],
        terminals=numbers["terminals"],
        receptors=numbers["receptors"],
        fields=numbers["fields"],
        cells={name: cells(name, given, packed) for name, given in numbers["cells"].items()},
        fibres={name: fibres(name, given, packed, until) for name, given in numbers["fibres"].items()},
        contacts=[contacts(k, given, packed) for k, given in enumerate(numbers["contacts"])],
        releases=[
            volume_release(k, given, places, packed[f"releases.{k}.living"])
            for k, given in enumerate(numbers["releases"])
        ],
    )


def main(numbers: Mapping[str, Any], text: str, about: str) -> str:
    """Run the epoch of a script; the mean rate of every population of cells beside bluespot's, as a table."""
    parser = argparse.ArgumentParser(description=about.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=numbers["seconds"], help="run only so long")
    parser.add_argument("--seed", type=int, default=1, help="of the noise")
    parser.add_argument("--target", default="numpy", help="numpy starts at once, cython compiles for minutes first")
    given = parser.parse_args()
    prefs.codegen.target = given.target
    defaultclock.dt = numbers["step"]
    seed(given.seed)
    model = model_of(numbers, unpacked(text), given.seconds)
    network = build(model)
    network.run(given.seconds * second, namespace={})
    lines = [f"{'population':28}{'Hz':>10}{'bluespot':>12}"]
    for name, rate in rates(model, network, given.seconds):
        lines.append(f"{name:28}{rate:10.3f}{numbers['bluespot_hertz'][name]:12.3f}")
    return "\n".join(lines)
