"""Concentrations of free drug in brain, locus coeruleus, cord and nerve over time, as sums of exponentials over doses.

Linear kinetics superpose, so that a course of doses is the sum of single doses (recalled from Gabrielsson and Weiner
2016). Each chain of steps (absorption, elimination, formation and elimination of a metabolite, entry into brain) is one
convolution of exponentials; what flows (a minipump, an infusion of minutes, drinking water) is a step that integrates,
switched on and off.

**At the hour of a dose comes first what is measured, then the dose**, by every route: concentrations at that hour are
those just before it. (Of a dose that is there at once, i.v. or into one place, the other answer would be the peak.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core.days import SAME_HOUR
from core.records import SlowTable
from core.vocabulary import NERVE
from drugs.disposition import TISSUE_OF_ROUTE, Absorption, Bolus, Disposition, Infusion, LocalVolume, Nowhere
from drugs.drug import Treatment, regimens_of
from drugs.exponentials import convolved_exponentials
from drugs.regimen import Regimen
from drugs.substance import Substance

#: Where free drug is computed.
TISSUES = ("cord", "locus_coeruleus", "brain", "nerve")

#: The tissue whose free drug each place sees: systemic drug reaches all of them, a local injection one. Nerve and
#: ganglion have the free drug of plasma.
TISSUE_OF = {
    "dorsal_horn_ipsi": "cord",
    "dorsal_horn_contra": "cord",
    "locus_coeruleus": "locus_coeruleus",
    "locus_coeruleus_spinal": "locus_coeruleus",
    "raphe": "brain",
    "a11": "brain",
    "forebrain": "brain",
    NERVE: "nerve",
}


@dataclass(frozen=True)
class Unbound:
    """Free concentration of one drug or metabolite from one regimen, by tissue.

    Parameters
    ----------
    drug : Substance
        The molecule.
    cord, locus_coeruleus, brain, nerve : numpy.ndarray
        In nM, each of the shape of the hours that were asked for.
    """

    drug: Substance
    cord: np.ndarray
    locus_coeruleus: np.ndarray
    brain: np.ndarray
    nerve: np.ndarray


@dataclass(frozen=True)
class _Moiety:
    """A drug or metabolite in the body: amount (nmol/kg) = gain x inflow through steps of these rates."""

    drug: Substance
    disposition: Disposition
    gain: float
    rates_per_hour: tuple[float, ...]

    @property
    def behind_the_barrier(self) -> _Moiety:
        """The same once it has entered brain and cord, at once or with a delay."""
        delay = self.disposition.equilibration_per_hour
        if delay is None:
            return self
        return replace(self, gain=self.gain * delay, rates_per_hour=(*self.rates_per_hour, delay))


def unbound_concentrations(
    treatment: Treatment, hours: ArrayLike, *, before: float | None = None
) -> tuple[Unbound, ...]:
    """Free concentrations of a treatment's drugs and active metabolites over time.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of Regimen
        What is given; a drug alone only if it is a vehicle.
    hours : array_like
        Hours from surgery, of any shape.
    before : float, optional
        Only doses that are given before this hour are counted; by default, at each of the hours, those before it.

    Returns
    -------
    tuple of Unbound
        One for each regimen and active molecule, in nM, each array of the shape of `hours`. At and before the hour of
        the first dose, and for a vehicle, they are exactly 0.
    """
    at = np.asarray(hours, dtype=float)
    flat = at.ravel()
    return tuple(
        Unbound(drug, *(concentration.reshape(at.shape) for concentration in by_tissue))
        for regimen in regimens_of(treatment)
        for drug, by_tissue in _of_regimen(regimen, flat, before)
    )


def concentration_table(treatment: Treatment, hours: ArrayLike) -> SlowTable:
    """Table of the free concentrations of a treatment's drugs and active metabolites over time.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of Regimen
        What is given; a drug alone only if it is a vehicle.
    hours : array_like
        Hours from surgery, of shape (n,). At the hour of a dose the concentration is that before it.

    Returns
    -------
    SlowTable
        Columns such as `duloxetine_brain_nanomolar`, one for each molecule and tissue, in nM; the regimens of a drug
        are summed.
    """
    at = np.atleast_1d(np.asarray(hours, dtype=float))
    columns: dict[str, np.ndarray] = {}
    for unbound in unbound_concentrations(treatment, at):
        for tissue in TISSUES:
            name = f"{unbound.drug.name}_{tissue}_nanomolar"
            columns[name] = columns.get(name, 0.0) + getattr(unbound, tissue)
    return SlowTable(at, columns, dict.fromkeys(columns, "nM"))


def plasma_concentrations(treatment: Treatment, hours: ArrayLike) -> dict[str, np.ndarray]:
    """Total concentrations in plasma, bound and free, of a treatment's drugs and active metabolites over time.

    Parameters
    ----------
    treatment : Regimen, Drug or iterable of Regimen
        What is given; a drug alone only if it is a vehicle.
    hours : array_like
        Hours from surgery, of shape (n,). At the hour of a dose the concentration is that before it.

    Returns
    -------
    mapping of str to numpy.ndarray
        Name of the molecule -> nM, (n,); the regimens of a drug are summed. What is injected into one tissue is in no
        plasma.
    """
    at = np.atleast_1d(np.asarray(hours, dtype=float))
    found: dict[str, np.ndarray] = {}
    for regimen in regimens_of(treatment):
        delivery = regimen.drug.kinetics.routes[regimen.route]
        if isinstance(delivery, Nowhere | LocalVolume):
            continue
        nanomole = regimen.dose.milligram * regimen.drug.nanomole_per_milligram
        gain, steps = _inflow(regimen, delivery)
        for moiety in _moieties(regimen.drug, nanomole * gain, steps):
            amount = moiety.gain * _response(regimen, at, moiety.rates_per_hour, None)
            total = amount * moiety.disposition.plasma_nanomolar
            found[moiety.drug.name] = found.get(moiety.drug.name, 0.0) + total
    return found


def _of_regimen(
    regimen: Regimen, hours: np.ndarray, before: float | None
) -> Iterator[tuple[Substance, tuple[np.ndarray, ...]]]:
    """Each molecule that a regimen brings, with its nM in each of `TISSUES`."""
    delivery = regimen.drug.kinetics.routes[regimen.route]
    if isinstance(delivery, Nowhere):
        return
    nanomole = regimen.dose.milligram * regimen.drug.nanomole_per_milligram
    gain, steps = _inflow(regimen, delivery)
    if isinstance(delivery, LocalVolume):
        local = nanomole * gain * _response(regimen, hours, steps, before)
        none = np.zeros_like(local)
        yield regimen.drug, tuple(local if TISSUE_OF_ROUTE[regimen.route] == tissue else none for tissue in TISSUES)
        return
    for moiety in _moieties(regimen.drug, nanomole * gain, steps):
        entered = moiety.behind_the_barrier
        reaching = entered.gain * _response(regimen, hours, entered.rates_per_hour, before)
        brain, cord = (reaching * factor for factor in _nanomolar(moiety.disposition))
        outside = (
            reaching if entered is moiety else moiety.gain * _response(regimen, hours, moiety.rates_per_hour, before)
        )
        yield moiety.drug, (cord, brain, brain, outside * moiety.disposition.unbound_plasma_nanomolar)


def _inflow(regimen: Regimen, delivery: Absorption | Bolus | Infusion | LocalVolume) -> tuple[float, tuple[float, ...]]:
    """Inflow per amount given, and rates of the steps before the body; a dose that flows is spread over its hours."""
    if regimen.flow_hours:
        return delivery.gain / regimen.flow_hours, (*delivery.steps_per_hour, 0.0)
    return delivery.gain, delivery.steps_per_hour


def _moieties(drug: Substance, gain: float, steps_per_hour: tuple[float, ...]) -> Iterator[_Moiety]:
    """The drug and, below it, its metabolites: each step of elimination feeds the next body compartment."""
    disposition = drug.kinetics.disposition
    if disposition is None:
        return
    elimination = disposition.elimination_per_hour
    chain = (*steps_per_hour, elimination)
    yield _Moiety(drug, disposition, gain, chain)
    for metabolite in drug.metabolites:
        yield from _moieties(metabolite.drug, gain * elimination * metabolite.fraction.si, chain)


def _nanomolar(disposition: Disposition) -> tuple[float, float]:
    return disposition.brain_nanomolar, disposition.cord_nanomolar


def _response(
    regimen: Regimen, hours: np.ndarray, rates_per_hour: tuple[float, ...], before: float | None
) -> np.ndarray:
    """Sum over all doses of the response to a unit of inflow; rounding below 0 after the end of a flow is cut."""
    onsets, signs = regimen.events(float(hours.max()) if hours.size else 0.0)
    elapsed = hours[:, np.newaxis] - onsets
    begun = onsets - np.where(signs < 0.0, regimen.flow_hours, 0.0)  # a flow that counts also ends
    given = elapsed > SAME_HOUR if before is None else before - begun > SAME_HOUR
    responses = np.where(given, convolved_exponentials(elapsed, rates_per_hour), 0.0)
    found: np.ndarray = np.maximum(responses @ signs, 0.0)
    return found
