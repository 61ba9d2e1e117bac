"""Serotonin around the raphe: a tone behind which no spike stands, dense transporters, and a brake that wears off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_animals import DAY, blocked

import drugs
from circuits import naive, sham
from circuits.moment import Moment
from circuits.slow_state import SlowState, first_state
from experiments.laboratory.forecast import forecast


def firing(hertz: float) -> SlowState:
    """A state in which the raphe was seen to fire at a rate."""
    state = first_state(-DAY)
    return replace(state, observed=replace(state.observed, rates={**state.observed.rates, "raphe": hertz}))


def test_around_the_cell_bodies_serotonin_hardly_depends_on_their_spikes_and_elsewhere_it_does() -> None:
    """Tetrodotoxin leaves it as it is there (Adell 1993)."""
    active, silent = (Moment(sham, firing(hertz)) for hertz in (1.0, 0.0))
    assert silent.level("serotonin", "raphe") > 0.8 * active.level("serotonin", "raphe")
    assert silent.level("serotonin", "forebrain") == 0.0 < active.level("serotonin", "forebrain")


def test_blocked_uptake_raises_it_most_around_the_raphe() -> None:
    free, held = (Moment(sham, firing(1.0), *drug) for drug in ((), (blocked("SERT", occupancy=0.95),)))
    rise = {place: held.level("serotonin", place) / free.level("serotonin", place) for place in ("raphe", "forebrain")}
    assert rise["raphe"] > 2 * rise["forebrain"]


@pytest.mark.parametrize("given", [drugs.fluoxetine, drugs.citalopram], ids=lambda drug: str(drug.name))
def test_an_ssri_slows_the_raphe_at_once_and_in_weeks_it_is_nearly_back(given: drugs.Drug) -> None:
    hours = np.arange(-2.0, 22 * DAY)
    seen = forecast(given.daily("10 mg/kg", route="i.p.", from_day=0), hours, naive)
    rate = {day: seen.rates["raphe"][int(np.argmin(np.abs(hours - (DAY * day + 2.0))))] for day in (0, 2, 7, 21)}
    rest = seen.rates["raphe"][0]
    assert rate[0] < 0.7 * rest
    assert rate[0] < rate[2] < rate[7] < rate[21] < rest
    assert rate[21] > 0.7 * rest
