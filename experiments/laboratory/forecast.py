"""Virtual microdialysis and occupancy without spikes: what a course of doses does to sites and transmitters over weeks.

Drugs follow their closed form, transmitters stand where release balances clearance, and release is that of the rates
the slow clock expects under the drugs; no epoch is run. What only spikes can tell, such as how an injury changes the
firing of the locus coeruleus, or what serotonin does to it, is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import inf

import numpy as np
from numpy.typing import ArrayLike

from circuits import naive
from circuits.circuit import Circuit
from circuits.moment import Moment
from circuits.slow_clock import advance
from circuits.slow_state import first_state
from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.exposure import Exposure
from core.records import SlowTable
from core.vocabulary import COMPARTMENTS
from drugs import Regimen, Treatment, concentration_table, exposure, regimens_of

#: Hours of the slow clock's longest step in a forecast; the drugs it goes by move within hours.
FORECAST_STEP = 2.0


@dataclass(frozen=True)
class Forecast:
    """A course over time, without spikes.

    Attributes
    ----------
    hours : ndarray
        (n,) hours from surgery; all other arrays go over them.
    concentrations : SlowTable
        Free drug (nM) by molecule and place.
    occupancy : mapping
        Compartment -> site -> fraction held by drug (n,).
    levels : mapping
        Transmitter -> (n, compartments), nM, in the order of `core.vocabulary.COMPARTMENTS`.
    rates : mapping
        Monoamine population -> expected rate (n,), Hz.
    variables : mapping
        Variable of the slow state -> (n,).
    """

    hours: np.ndarray
    concentrations: SlowTable
    occupancy: Mapping[str, Mapping[str, np.ndarray]]
    levels: Mapping[str, np.ndarray]
    rates: Mapping[str, np.ndarray]
    variables: Mapping[str, np.ndarray]

    def level(self, transmitter: str, compartment: str) -> np.ndarray:
        """A transmitter in a compartment (n,), nM."""
        return self.levels[transmitter][:, COMPARTMENTS.index(compartment)]

    def percent(self, transmitter: str, compartment: str, dosed_at: float | None = None) -> np.ndarray:
        """The same in percent of the last value up to an hour, by default of the first: what microdialysis reports.

        At the hour of a dose the value is from before it. (n,), all 100 where there is none of the transmitter.
        """
        level = self.level(transmitter, compartment)
        before = level[0 if dosed_at is None else max(0, int(np.searchsorted(self.hours, dosed_at, side="right")) - 1)]
        return 100.0 * level / before if before else np.full_like(level, 100.0)


def grid(until_day: int, first_day: int = -1, every_hours: float = 2.0) -> np.ndarray:
    """Hours from surgery, from the start of `first_day` to that of `until_day`."""
    return np.arange(HOURS_PER_DAY * first_day, HOURS_PER_DAY * until_day + 1e-9, every_hours)


def forecast(treatment: Treatment, hours: ArrayLike, circuit: Circuit = naive) -> Forecast:
    """Concentrations, occupancy, transmitters and slow state of an average rat over a course of doses, without spikes.

    At the hour of a dose everything is as before it. Regimens without a last day go on to the end.

    Parameters
    ----------
    treatment : Regimen, Drug or several of them
        What it is given.
    hours : array_like
        (n,) hours from surgery to look at, in rising order (`grid`); the first does not lie after any dose.
    circuit : Circuit
        The kind of rat; an uninjured one by default.

    Returns
    -------
    Forecast
        With arrays over the hours.

    Raises
    ------
    UserError
        For hours that are none, or do not rise.
    """
    hours = _rising(hours)
    seen = list(followed(treatment, hours, circuit))
    return Forecast(
        hours=hours,
        concentrations=concentration_table(_ended(treatment, hours), hours),
        occupancy=_occupancy([moment.exposure for moment in seen]),
        levels={name: np.array([moment.levels[name] for moment in seen]) for name in seen[0].levels},
        rates={name: np.array([moment.rates[name] for moment in seen]) for name in seen[0].rates},
        variables={
            name: np.array([moment.state.variables[name] for moment in seen]) for name in seen[0].state.variables
        },
    )


def followed(
    treatment: Treatment, hours: ArrayLike, circuit: Circuit = naive, longest: float = FORECAST_STEP
) -> Iterator[Moment]:
    """Follow an average rat over a course of doses without spikes: the moment at each of the hours.

    The parameters and errors are those of `forecast`. longest: hours of the slow clock's longest step.

    Yields
    ------
    Moment
        The rat, with its slow state and the drugs in it; what follows from them is worked out when it is asked for.
    """
    hours = _rising(hours)
    regimens = _ended(treatment, hours)
    moment = _rested(circuit, float(hours[0]))
    for hour in map(float, hours):
        moved = advance(moment, partial(exposure, regimens, before=inf), hour, longest)
        moment = replace(moved, exposure=exposure(regimens, hour))
        yield moment


def _ended(treatment: Treatment, hours: np.ndarray) -> tuple[Regimen, ...]:
    """The regimens of a treatment, those without a last day until the day of the last hour."""
    last_day = int(hours[-1] // HOURS_PER_DAY)
    return tuple(regimen.until(last_day) for regimen in regimens_of(treatment))


def _rising(hours: ArrayLike) -> np.ndarray:
    times = np.atleast_1d(np.asarray(hours, float))
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise UserError("forecast: hours: expected hours from surgery that rise, such as numpy.arange(-24, 337, 2).")
    return times


def _rested(circuit: Circuit, hours: float) -> Moment:
    """An average undisturbed animal, whose forebrain concentrations are the reference of mood."""
    moment, forebrain = Moment(circuit, first_state(hours, assume_rest=True)), COMPARTMENTS.index("forebrain")
    reference = {name: float(level[forebrain]) for name, level in moment.levels.items()}
    return replace(moment, state=replace(moment.state, reference=reference))


def _occupancy(present: list[Exposure]) -> dict[str, dict[str, np.ndarray]]:
    """Every site that any drug holds at any time, by compartment."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for compartment in COMPARTMENTS:
        sites = dict.fromkeys(site for one in present for site in one.binding.get(compartment, {}))
        found[compartment] = {
            site: np.array([one.at(compartment, site).occupancy for one in present]) for site in sites
        }
    return found
