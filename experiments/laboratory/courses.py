"""A course of one regimen as a figure shows it: computed without spikes, fine where the drug moves fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from circuits import CIRCUITS, Circuit
from core.days import HOURS_PER_DAY
from core.errors import UserError, unknown_name
from drugs import Regimen, concentration_table, exposure
from drugs.kinetics import TISSUE_OF
from experiments.laboratory.forecast import forecast, grid
from results.figures import DosingCourse

#: Points of a figure: of concentrations and occupancy, which cost little, and of transmitters.
_POINTS, _STEPS = 1500, 340
#: Days after the injury on which a course in an injured animal begins.
INJURED_FROM = 14
NOTES = (
    "Free drug by closed form; transmitters where release balances clearance, at the firing rates expected under "
    "their autoreceptors.",
    "No spikes are run: effects of injury or serotonin on firing are not in it. Triangles: doses, or ends of a flow.",
)


def course_of(
    regimen: Regimen,
    days: int,
    circuit: str = "naive",
    compartment: str | None = None,
    circuits: Mapping[str, Circuit] = CIRCUITS,
) -> DosingCourse:
    """A regimen that begins on day 0, from half a day before to `days` after; `UserError` for an unknown circuit.

    compartment: by default where the route leads, the dorsal horn for what spreads with the blood. circuits: by name,
    those of extensions among them.
    """
    if circuit not in circuits:
        raise unknown_name("circuit", circuit, circuits)
    if regimen.drug.inert:
        raise UserError(f"{regimen.drug.name} does nothing; there is nothing to draw.")
    offset = INJURED_FROM if circuits[circuit].differences else 0
    given = _moved(regimen, offset)
    place = compartment or ("locus_coeruleus" if regimen.route == "intra-LC" else "dorsal_horn_ipsi")
    lead = 0.02 * HOURS_PER_DAY * days
    fine = np.linspace(-lead, HOURS_PER_DAY * days, _POINTS) + HOURS_PER_DAY * offset
    doses = np.array(given.until(offset + days).times)
    seen = forecast(given, _stops(doses, offset, days), circuits[circuit])
    percents = {x: seen.percent(x, place, dosed_at=doses[0]) for x in seen.levels if seen.level(x, place).any()}
    injured = f" (day 0 is day {offset} after injury)" if offset else ""
    return DosingCourse(
        title=str(regimen),
        setting=f"{circuit}{injured}",
        place=place,
        hours=fine - HOURS_PER_DAY * offset,
        concentrations=_concentrations(given, fine, place),
        occupancy=_occupancy(given, fine, place),
        transmitters={x: np.interp(fine, seen.hours, percent) for x, percent in percents.items()},
        doses=tuple(doses - HOURS_PER_DAY * offset),
        notes=NOTES,
    )


def _stops(doses: np.ndarray, first_day: int, days: int) -> np.ndarray:
    """Hours at which the transmitters are looked at: evenly spaced, and on both sides of each dose."""
    every = max(0.25, HOURS_PER_DAY * (days + 1) / _STEPS)
    even = grid(first_day + days, first_day - 1, every)
    near = np.concatenate([doses, doses + 1e-3])
    return np.unique(np.concatenate([even, near[near < even[-1]], [HOURS_PER_DAY * (first_day + days)]]))


def _moved(regimen: Regimen, days: int) -> Regimen:
    last = None if regimen.until_day is None else regimen.until_day + days
    return replace(regimen, from_day=regimen.from_day + days, until_day=last)


def _concentrations(regimen: Regimen, hours: np.ndarray, compartment: str) -> dict[str, np.ndarray]:
    """Free drug and metabolites at the place, nM, by the names of the molecules."""
    ending = f"_{TISSUE_OF[compartment]}_nanomolar"
    columns = concentration_table(regimen, hours).columns
    return {name.removesuffix(ending): column for name, column in columns.items() if name.endswith(ending)}


def _occupancy(regimen: Regimen, hours: np.ndarray, compartment: str) -> dict[str, np.ndarray]:
    present = [exposure(regimen, float(hour)) for hour in hours]
    sites = dict.fromkeys(site for one in present for site in one.binding.get(compartment, {}))
    return {site: np.array([one.at(compartment, site).occupancy for one in present]) for site in sites}
