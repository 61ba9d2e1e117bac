"""Experiments on spinal cord slices: the effect of a transmitter in the bath on cells and terminals, without activity.

Uptake and diffusion keep most of a transmitter in the bath from the receptors: its half-activation in the bath is
`SURFACE_HALF_ACTIVATION`. Antagonists are not taken up and arrive completely. The response of a cell or terminal
follows in closed form from its own couplings, with the same numbers as in an epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from brian2.units import uM
from pydantic import Field
from scipy.integrate import quad

from circuits import fields, sham
from circuits.brian.equations import coefficient
from circuits.circuit import Circuit
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.moment import Moment
from circuits.receptors import EXCITATORY, Receptor, half_nanomolar, open_share
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.quantities import read_quantity
from core.sourced import Sourced
from experiments.protocol.schema import Part

SURFACE_HALF_ACTIVATION = Sourced(
    20 * uM,
    "Sonohata2004",
    "EC50 of noradrenaline on the surface of the cord, outward current; the same loss on the way is taken for dopamine",
    low=5 * uM,
    high=50 * uM,
)

#: Name in the compiled program -> numbers of the cells or fibres of one animal.
Arguments = Mapping[str, Any]
#: Receptor -> its active share: the one that is looked at, and those that follow it.
Activations = Mapping[str, float]
#: Superficial cells that are recorded from: excitatory ones, projection cells among them, and islet cells.
RECORDED = (*EXCITATORY, "islet")
_SIZE = 1.0


class SliceExperiment(Part):
    """An experiment on a slice: what is measured, which receptor is activated by how much transmitter, and antagonists.

    membrane_shift is the mean shift of the resting potential in mV of the cells that respond, share_hyperpolarised the
    per cent of cells that shift by more than 0.5 mV, release_change the change of release from fibres in per cent, and
    uptake_half_life the time in s in which noradrenaline falls to half.
    """

    experiment: Literal["membrane_shift", "share_hyperpolarised", "release_change", "uptake_half_life"] = Field(
        description="one of membrane_shift, share_hyperpolarised, release_change, uptake_half_life"
    )
    receptor: str = Field(default="alpha2A", description='a receptor such as "alpha2A"')
    concentration: str = Field(default="50 uM", description='a concentration such as "50 uM"')
    antagonist: str = Field(default="", description='the name of a drug such as "yohimbine"')
    antagonist_concentration: str = Field(default="0 uM", description='a concentration such as "1 uM"')
    fibre: str = Field(default="a_delta", description='a fibre class such as "a_delta"')
    relative: bool = Field(default=False, description="over (uptake) or in per cent blocked of (others) no antagonist")


def parameters() -> dict[str, Sourced]:
    """Name -> number, of all numbers that only slice experiments have."""
    return {"surface_half_activation": SURFACE_HALF_ACTIVATION}


def measured(experiment: SliceExperiment, animals: int, seed: int, circuit: Circuit = sham) -> dict[int, float]:
    """Run an experiment on the slices of several animals.

    Parameters
    ----------
    experiment
        What is measured.
    animals
        Number of animals.
    seed
        Of their draw.
    circuit
        That the slices are taken from.

    Returns
    -------
    dict
        Animal number -> result in mV, per cent or s (`SliceExperiment`). With `relative`: per cent that the antagonist
        blocks, or for uptake_half_life how many times longer it takes.
    """
    if experiment.experiment == "uptake_half_life":
        return dict.fromkeys(range(1, animals + 1), _half_life(experiment, circuit))
    return {number: _of_animal(experiment, circuit, seed, number) for number in range(1, animals + 1)}


def _of_animal(experiment: SliceExperiment, circuit: Circuit, seed: int, number: int) -> float:
    draw = draw_animal(circuit, structure(circuit, _SIZE), seed, number)
    arguments = prepare(Moment(circuit, first_state(-24.0), NO_DRUG, draw), Stimulus(0.1), "slice", 0.1)[0].arguments
    read = _READ[experiment.experiment]
    found = read(experiment, draw, arguments, _activation(experiment, circuit))
    if not experiment.relative:
        return found
    free = read(experiment, draw, arguments, _activation(experiment.model_copy(update={"antagonist": ""}), circuit))
    return 100.0 * (1.0 - found / free) if free else float("nan")


def _activation(experiment: SliceExperiment, circuit: Circuit) -> Activations:
    receptor = _receptor(experiment, circuit)
    binding = _binding(experiment, experiment.receptor)
    arriving = _nanomolar(experiment.concentration) * _share_arriving(circuit)
    active = {receptor.name: fields.activation(receptor, arriving, binding)}
    for other in circuit.receptors:
        if other.agonist in active:
            active[other.name] = fields.activation(other, active[other.agonist], SiteBinding())
    return active


def _receptor(experiment: SliceExperiment, circuit: Circuit) -> Receptor:
    """The receptor that the transmitter in the bath activates."""
    found = circuit.receptor(experiment.receptor)
    if not circuit.has_transmitter(found.agonist):
        raise UserError(
            f'slice.receptor = "{found.name}": no transmitter in the bath activates it: it follows {found.agonist}; '
            f"name {found.agonist}."
        )
    return found


def _share_arriving(circuit: Circuit) -> float:
    """Concentration at the receptors divided by that in the bath."""
    inside = circuit.receptor("alpha2A")
    return half_nanomolar(inside) / (SURFACE_HALF_ACTIVATION.si * 1e6)


def _binding(experiment: SliceExperiment, site: str) -> SiteBinding:
    from drugs import by_name

    if not experiment.antagonist:
        return SiteBinding()
    drug = by_name(experiment.antagonist, "antagonist")
    if site not in drug.affinities:
        binds = ", ".join(drug.affinities) or "no site"
        raise UserError(f'slice.antagonist = "{drug.name}": it does not bind {site}; it binds {binds}.')
    block = _nanomolar(experiment.antagonist_concentration) / drug.affinities[site].nanomolar
    return SiteBinding(block=block)


def _nanomolar(text: str) -> float:
    return float(read_quantity(text, uM, "concentration", "50 uM") / uM) * 1e3


def _shifts(experiment: SliceExperiment, draw: AnimalDraw, arguments: Arguments, active: Activations) -> np.ndarray:
    """Shift of the resting potential of each recorded cell (mV) at the active share of the receptor."""
    shifts = []
    for name in RECORDED:
        block = draw.structure.block(f"ipsi_{name}")
        part = block.part
        total = active[experiment.receptor] * arguments[f"cells.{coefficient('girk', experiment.receptor)}"][part]
        pool, power = arguments["cells.potassium_pool"][part], arguments["cells.potassium_power"][part]
        girk = pool * open_share(total, power)
        leak, rest = arguments["cells.g_leak"][part], arguments["cells.E_leak"][part]
        shifts.append(1e3 * ((leak * rest + girk * arguments["cells.E_K"]) / (leak + girk) - rest))
    return np.concatenate(shifts)


def _membrane_shift(experiment: SliceExperiment, draw: AnimalDraw, arguments: Arguments, active: Activations) -> float:
    """Mean shift in mV of the cells that are hyperpolarised at all."""
    shifts = _shifts(experiment, draw, arguments, active)
    answering = shifts[shifts < 0.0]
    return float(answering.mean()) if len(answering) else 0.0


def _share(experiment: SliceExperiment, draw: AnimalDraw, arguments: Arguments, active: Activations) -> float:
    """Per cent of cells that are hyperpolarised by more than 0.5 mV."""
    return 100.0 * float((_shifts(experiment, draw, arguments, active) < -0.5).mean())


def _release(experiment: SliceExperiment, draw: AnimalDraw, arguments: Arguments, active: Activations) -> float:
    block = draw.structure.block(f"ipsi_{experiment.fibre}")
    told = {receptor: f"fibres.{coefficient('release', receptor)}" for receptor in active}
    return 100.0 * sum(
        active[receptor] * float(np.mean(arguments[name][block.part]))
        for receptor, name in told.items()
        if name in arguments
    )


def _half_life(experiment: SliceExperiment, circuit: Circuit) -> float:
    """Time in s in which noradrenaline falls to half; relative: divided by the time without the antagonist."""
    level = _nanomolar(experiment.concentration)
    slowed = _falling(circuit, level, Exposure({"locus_coeruleus": {"NET": _binding(experiment, "NET")}}))
    return slowed / _falling(circuit, level, NO_DRUG) if experiment.relative else slowed


def _falling(circuit: Circuit, level: float, present: Exposure) -> float:
    noradrenaline = circuit.transmitter("noradrenaline")
    cleared = fields.uptake(noradrenaline, present, "locus_coeruleus").cleared
    return float(quad(lambda x: 1.0 / cleared(x), level / 2.0, level)[0])


_READ: Mapping[str, Callable[[SliceExperiment, AnimalDraw, Arguments, Activations], float]] = {
    "membrane_shift": _membrane_shift,
    "share_hyperpolarised": _share,
    "release_change": _release,
}
