"""The diagram of the circuit of an arm: its data, gathered from the circuit as the arm prepares it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from brian2.units import nS

from circuits.circuit import Circuit
from circuits.populations.population import AfferentPopulation, CellPopulation
from core.errors import UserError, unknown_name
from experiments.protocol.study_file import read_study
from experiments.running.diff.picture import changed_by
from experiments.running.study_folder import STUDY_FILE
from results.files.inside import inside

if TYPE_CHECKING:
    from results.figures.circuit import CircuitPicture, ShownCoupling, ShownProjection, ShownRelease

#: Effects of a receptor that hold a cell down, whatever the sign of their strength.
_HOLDING = ("girk",)
#: Words of names that are not written in small letters.
_WORDS = {"l5": "L5", "a": "A", "c": "C", "gaba": "GABA", "glt1": "GLT-1", "alpha2delta": "α2δ"}
#: Quantities of the injury that change what inhibitory cells do to their targets.
_INHIBITION = ("gaba_reversal_shift", "gaba_release_loss")


def arm_picture(folder: Path | str, arm: str = "") -> CircuitPicture:
    """The diagram of an arm of a study that was run; of its last arm by default, which is an injured one as a rule.

    Raises
    ------
    UserError
        Where the folder has no study, and for an arm that it has not.
    """
    path = inside(folder, STUDY_FILE)
    if not path.is_file():
        if not path.parent.exists():
            raise UserError(f"{folder}: there is no such folder.")
        raise UserError(f"{folder}: no {STUDY_FILE} in it, so the circuits of its arms are not known.")
    study = read_study(path)
    arms = {each.name: each for each in study.effective_arms}
    if arm and arm not in arms:
        raise unknown_name("arm", arm, arms, str(folder))
    name = arm or list(arms)[-1]
    return circuit_picture(arms[name].prepared_circuit(), name, study.size)


def circuit_picture(circuit: Circuit, title: str, size: float = 1.0) -> CircuitPicture:
    """What the diagram of a circuit shows."""
    from results.figures.circuit import CircuitPicture, ShownPopulation

    active = [each for each in circuit.differences if each.name not in circuit.off]
    quantities = [each.quantity for each in active]
    moved = [name for each in active for name in each.moves]
    every: tuple[CellPopulation | AfferentPopulation, ...] = (*circuit.cells, *circuit.afferents)
    populations = tuple(
        ShownPopulation(
            name=each.name,
            cells=max(1, round(float(each.standard.value) * size)),
            fibres=isinstance(each, AfferentPopulation),
            inhibitory=isinstance(each, CellPopulation) and each.inhibitory,
            marks=tuple(str(k) for k, quantity in enumerate(quantities, 1) if changed_by([circuit], quantity, each)),
        )
        for each in every
    )
    return CircuitPicture(
        title=title,
        populations=populations,
        projections=tuple(_projections(circuit, moved)),
        releases=tuple(_releases(circuit, moved)),
        couplings=tuple(_couplings(circuit, moved)),
        changes=tuple(_in_words(each.name) for each in active),
        notes=tuple(_notes(circuit)),
    )


def _in_words(name: str) -> str:
    """The name of a difference as a figure shows it: `l5_input_loss` -> `L5 input loss`."""
    return " ".join(_WORDS.get(word, word) for word in name.split("_"))


def _projections(circuit: Circuit, quantities: list[str]) -> Iterator[ShownProjection]:
    from results.figures.circuit import ShownProjection

    weaker = any(quantity in quantities for quantity in _INHIBITION)
    for each in circuit.projections:
        strength = float(each.in_degree.value) * float(each.weight.value / nS)
        yield ShownProjection(each.source, each.target, strength, each.inhibitory, each.inhibitory and weaker)


def _releases(circuit: Circuit, quantities: list[str]) -> Iterator[ShownRelease]:
    from results.figures.circuit import ShownRelease

    for transmitter in circuit.transmitters:
        for each in transmitter.releases:
            if each.compartment == "dorsal_horn_ipsi":
                yield ShownRelease(each.source, transmitter.name, each.scaled_by in quantities)


def _couplings(circuit: Circuit, quantities: list[str]) -> Iterator[ShownCoupling]:
    """One for each receptor of a population; a coupling that is switched off is left out."""
    from results.figures.circuit import ShownCoupling

    agonists = {receptor.name: receptor.agonist for receptor in circuit.receptors}
    # A receptor that follows another one answers to that one's transmitter.
    transmitters = {name: agonists.get(agonist, agonist) for name, agonist in agonists.items()}
    seen = set()
    for each in circuit.couplings:
        if {each.name, each.group} & circuit.off:
            continue
        raises = each.effect not in _HOLDING and float(each.strength.value) > 0
        for target in each.targets:
            key = (target, each.receptor, raises)
            if key not in seen:
                seen.add(key)
                changed = bool(each.scaled_by) and each.scaled_by in quantities
                yield ShownCoupling(target, each.receptor, transmitters[each.receptor], raises, changed)


def _notes(circuit: Circuit) -> Iterator[str]:
    if circuit.off:
        yield f"Switched off: {', '.join(sorted(circuit.off))}."
    done = [name.replace("_", " ") for name, what in vars(circuit.manipulations).items() if what]
    if done:
        yield f"Done to it: {', '.join(done)}."
