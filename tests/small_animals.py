"""One small animal at the bench, and the stimuli and drugs that tests put to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from circuits import Circuit, ligated
from circuits.brian.compiling import program
from circuits.brian.epoch_data import Program, Simulator
from circuits.brian.running import open_simulator
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import EpochResult, run_epoch
from circuits.moment import Moment
from circuits.slow_clock import observe
from circuits.slow_state import Observed, SlowState, first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS, DRUG_PLACES, SIDES, SITES

#: Names of what the bundled circuits have.
TRANSMITTERS = tuple(transmitter.name for transmitter in ligated.transmitters)
RECEPTORS = tuple(receptor.name for receptor in ligated.receptors)
#: Receptors that drugs bind by their own name.
BOUND_RECEPTORS = tuple(receptor for receptor in RECEPTORS if receptor in SITES)

#: All tests that simulate share this size, so that they share one compiled program.
SIZE = 0.1
SEED = 20
DAY = 24.0


@dataclass
class SmallAnimal:
    """An animal whose contacts are laid down, ready for epochs."""

    circuit: Circuit
    draw: AnimalDraw
    simulator: Simulator

    def moment(
        self, state: SlowState | None = None, exposure: Exposure = NO_DRUG, circuit: Circuit | None = None
    ) -> Moment:
        """This animal; as another circuit of the same draw, if one is given."""
        return Moment(circuit or self.circuit, state or first_state(-DAY), exposure, self.draw)

    def epoch(
        self,
        stimulus: Stimulus,
        state: SlowState | None = None,
        exposure: Exposure = NO_DRUG,
        label: str = "test",
        circuit: Circuit | None = None,
    ) -> EpochResult:
        return run_epoch(self.simulator, self.moment(state, exposure, circuit), stimulus, label)

    def settled(
        self,
        hours: float,
        exposure: Exposure = NO_DRUG,
        circuit: Circuit | None = None,
        epochs: int = 3,
        **variables: float,
    ) -> SlowState:
        """The state of this animal at a time, its monoamine cells in balance with their own transmitters."""
        state = first_state(hours, assume_rest=True)
        state = replace(state, variables={**state.variables, **variables})
        for trial in range(epochs):
            seen = self.epoch(Stimulus(3.0), state, exposure, f"settle:{trial}@{hours}", circuit)
            state = observe(self.moment(state, exposure, circuit), seen.averages).state
        return state


def compiled(circuit: Circuit, size: float = SIZE, dt_ms: float = 0.1, precision: str = "single") -> Program:
    return program(structure(circuit, size), dt_ms, precision)


@contextmanager
def animal(
    circuit: Circuit, number: int = 0, size: float = SIZE, seed: int = SEED, **numerics: Any
) -> Iterator[SmallAnimal]:
    draw = draw_animal(circuit, structure(circuit, size), seed, number)
    simulator = open_simulator(compiled(circuit, size, **numerics))
    try:
        simulator.wire(draw.contacts)
        yield SmallAnimal(circuit, draw, simulator)
    finally:
        simulator.close()


def bound(sites: Mapping[str, SiteBinding], compartments: tuple[str, ...] = DRUG_PLACES) -> Exposure:
    return Exposure({compartment: dict(sites) for compartment in compartments})


def blocked(*sites: str, occupancy: float = 0.9, compartments: tuple[str, ...] = COMPARTMENTS) -> Exposure:
    """An exposure that holds a share of the named sites, no transmitter competing."""
    binding = SiteBinding(block=occupancy / (1.0 - occupancy))
    return bound(dict.fromkeys(sites, binding), compartments)


def strong_stimulus(seconds: float = 1.0) -> Stimulus:
    """Everything at once, on both hind paws and in the forepaw, rising from nothing."""
    rise = (np.arange(round(seconds / BIN)) + 1) * BIN / seconds
    return Stimulus(
        seconds,
        force={"ipsi": 400.0 * rise, "contra": 250.0 * rise},
        temperature={"ipsi": 32.0 + 20.0 * rise, "contra": 32.0 + 16.0 * rise},
        brush={"ipsi": rise, "contra": 0.5 * rise},
        capsaicin={"": rise},
    )


def disturbed_state(hours: float = 21 * DAY) -> SlowState:
    """A state in which no slow quantity stands at its rest value."""
    state = first_state(hours, assume_rest=True)
    return replace(
        state,
        variables={
            "sensitisation_ipsi": 0.6,
            "sensitisation_contra": 0.2,
            "glutamate_clearance": 0.45,
            "serotonin1A_sensitivity": 0.7,
            "alpha2_terminal_sensitivity": 0.8,
            "alpha2_cord_sensitivity_ipsi": 0.75,
            "alpha2_cord_sensitivity_contra": 0.95,
            "alpha2_soma_sensitivity": 0.9,
            "mood": 0.1,
            "alpha2delta_missing": 0.3,
        },
        observed=Observed(
            rates={
                "locus_coeruleus_spinal": 1.6,
                "locus_coeruleus_ascending": 2.2,
                "raphe": 1.3,
                "a11": 1.1,
                **{f"{side}_{cells}": 1.0 for side in SIDES for cells in ("vertical", "islet", "parvalbumin")},
            },
            brakes={"locus_coeruleus_spinal": 0.2, "locus_coeruleus_ascending": 0.2, "raphe": 0.4, "a11": 0.15},
        ),
        drive={"ipsi": 0.05, "contra": 2.0},
        reference={"noradrenaline": 9.0, "serotonin": 4.0},
    )


def same_spikes(one: EpochResult, other: EpochResult, without: tuple[str, ...] = ()) -> bool:
    """Whether the spikes of every population both have are the same, bit for bit."""
    names = [name for name in one.spikes if name not in without]
    return all(
        name in other.spikes
        and one.spikes[name].seconds.tobytes() == other.spikes[name].seconds.tobytes()
        and one.spikes[name].index.tobytes() == other.spikes[name].index.tobytes()
        for name in names
    )
