"""The circuit's update as a hand-written loop (floor.cpp): how near bluespot comes to what one core can do."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.sample import DT_MS, Sample
from circuits.brian import equations
from circuits.brian.compiling import FLAGS, compiler
from circuits.brian.epoch_data import FOREVER
from circuits.brian.network import FIELD_STEP_MS, MODULATION_STEP_MS
from circuits.structure import Structure
from core.cache_folder import cache_folder
from core.errors import UserError
from core.vocabulary import COMPARTMENTS

SOURCE = Path(__file__).with_name("floor.cpp")


@dataclass(frozen=True)
class FloorRun:
    """loop: seconds of its steps alone. step, cell: of every spike. means: transmitter -> (compartments,) nM."""

    loop: float
    step: np.ndarray
    cell: np.ndarray
    means: dict[str, np.ndarray]


def build() -> Path:
    """The compiled loop, with the flags of bluespot's own programs, from the cache or built now (seconds)."""
    facts = (SOURCE.read_text("utf-8"), FLAGS, compiler())
    name = "floor-" + hashlib.blake2b(repr(facts).encode(), digest_size=8).hexdigest()
    path = cache_folder() / "benchmarks" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=path.parent)) / name
        command = [os.environ.get("CXX", "g++"), *FLAGS, str(SOURCE), "-o", str(part)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise UserError(f"{SOURCE.name} did not compile: {done.stderr[-500:]}")
        os.replace(part, path)
        part.parent.rmdir()
    return path


def write_inputs(sampled: Sample, folder: Path) -> None:
    """Put all that the loop reads into `folder`: the arrays of `Simulator.run` and `Simulator.wire`, and the plan."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in sampled.inputs.arguments.items():
        if isinstance(value, np.ndarray):
            _write(folder / name, value)
    for pathway, columns in sampled.draw.contacts.items():
        for part, values in zip(("sources", "targets", "weight"), columns, strict=True):
            _write(folder / f"{pathway}.{part}", values)
    _write(folder / "volume.cells", sampled.structure.releasing_cells)
    steps, fibres = afferents_in_order(sampled)
    _write(folder / "afferent.step", steps)
    _write(folder / "afferent.fibre", fibres)
    (folder / "plan").write_text("\n".join([*_plan(sampled), f"number afferent_spikes {len(steps)}", ""]), "utf-8")


def _write(path: Path, values: np.ndarray) -> None:
    path.write_bytes(np.ascontiguousarray(values, "i4" if values.dtype.kind in "iu" else "f4").tobytes())


def afferents_in_order(sampled: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Step and fibre of every afferent spike of the epoch, in the order of time."""
    steps, fibres = sampled.inputs.afferents.T
    within = steps < min(FOREVER, _steps(sampled))
    return steps[within], fibres[within]


def _steps(sampled: Sample) -> int:
    return round(sampled.inputs.seconds * 1e3 / DT_MS)


def _plan(sampled: Sample) -> Iterator[str]:
    """Lines of words and numbers: sizes, clocks, shared values, then who is linked to what."""
    shape = sampled.structure
    numbers = {
        "cells": shape.cells,
        "fibres": shape.afferents,
        "compartments": len(COMPARTMENTS),
        "steps": _steps(sampled),
        "dt": DT_MS * 1e-3,
        "field_every": round(FIELD_STEP_MS / DT_MS),
        "modulation_every": round(MODULATION_STEP_MS / DT_MS),
        "releasing_cells": len(shape.releasing_cells),
    }
    shared = {name: value for name, value in sampled.inputs.arguments.items() if not isinstance(value, np.ndarray)}
    yield from (f"number {name} {value!r}" for name, value in (numbers | shared).items())
    for pathway in shape.pathways:
        delay = round(pathway.delay_seconds * 1e3 / DT_MS)
        kind = f"{int(pathway.from_afferents)} {int(pathway.inhibitory)}"
        yield f"pathway {pathway.name} {kind} {delay} {pathway.contacts}"
    yield from _links(sampled)


def _links(sampled: Sample) -> Iterator[str]:
    shape, names = sampled.structure, [receptor for receptor, _ in sampled.structure.receptors]
    for word, group, effects in (
        ("cell_effect", "cells", shape.cell_effects),
        ("fibre_effect", "fibres", shape.fibre_effects),
    ):
        for receptor, effect in effects:
            yield f"{word} {group}.{equations.coefficient(effect, receptor)} {effect} {names.index(receptor)}"
    for receptor, agonists in shape.receptors:
        told = [_agonist(shape, receptor, agonist) for agonist in agonists]
        yield f"receptor {equations.symbol(receptor)} {len(told)} {' '.join(told)}"
    for x in shape.transmitters:
        brake = names.index(x.autoreceptor) if x.autoreceptor else -1
        others = [f"{names.index(r)} fields.{equations.modulator(x.name, r)}" for r in x.modulators]
        yield f"transmitter {x.name} {brake} {x.transporters} {int(x.tonic)} {' '.join([str(len(others)), *others])}"


def _agonist(shape: Structure, receptor: str, agonist: str) -> str:
    """A transmitter or a receptor by its number, -1 for the other, and where half-activation and efficacy stand."""
    names, bathing = [name for name, _ in shape.receptors], shape.transmitter_names
    source = f"{bathing.index(agonist)} -1" if agonist in bathing else f"-1 {names.index(agonist)}"
    if agonist == dict(shape.receptors)[receptor][0]:
        return f"{source} fields.{equations.symbol(receptor)}_half 1"
    half, efficacy = (equations.of_agonist(receptor, what, agonist) for what in ("half", "efficacy"))
    return f"{source} fields.{half} fields.{efficacy}"


def run(program: Path, folder: Path) -> FloorRun:
    """Run the loop once on the inputs in `folder`."""
    done = subprocess.run([str(program), str(folder)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the floor failed: {done.stderr[-500:]}")
    pairs = np.fromfile(folder / "spikes", "i4").reshape(-1, 2)
    plan = (folder / "plan").read_text("utf-8").splitlines()
    transmitters = [line.split()[1] for line in plan if line.startswith("transmitter ")]
    means = np.fromfile(folder / "fields", "f4").reshape(len(transmitters), -1)
    by_name = dict(zip(transmitters, means, strict=True))
    return FloorRun(float(done.stdout), pairs[:, 0], pairs[:, 1], by_name)
