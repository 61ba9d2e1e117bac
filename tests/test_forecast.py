"""Occupancy and transmitters without spikes: what must hold, and what was measured in rats.

The findings are those of the evidence table; where a number comes out beside its interval, the test says so and holds
the number, so that it cannot drift unseen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from small_animals import TRANSMITTERS

import drugs
from circuits import ligated, naive
from circuits.fields import uptake
from circuits.transmitters import NORADRENALINE
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS
from drugs import duloxetine, exposure, transporter_occupancy, vehicle
from experiments.laboratory.forecast import forecast, grid

CORD = "dorsal_horn_ipsi"
#: What microdialysis would tell from no change, in percent of before.
RISES = 110.0
SNL_DAY = 21


# --- properties -----------------------------------------------------------------------------------------------


def test_nothing_given_nothing_changes() -> None:
    seen = forecast(vehicle.daily("0 mg/kg", from_day=0), grid(10))
    for transmitter in TRANSMITTERS:
        for compartment in COMPARTMENTS:
            np.testing.assert_allclose(seen.percent(transmitter, compartment), 100.0, atol=0.5)
    assert not any(seen.occupancy[CORD].values())


@pytest.mark.parametrize("hours", [[], [0.0, 0.0], [2.0, 1.0], [0.0, np.nan], [[0.0], [1.0]]])
def test_hours_that_do_not_rise_are_told(hours: Any) -> None:
    with pytest.raises(UserError, match="expected hours from surgery that rise"):
        forecast(vehicle, hours)


def test_fractions_are_fractions_and_levels_are_levels() -> None:
    seen = forecast([duloxetine.daily("10 mg/kg", from_day=0), drugs.clonidine.daily("0.3 mg/kg", from_day=2)], grid(4))
    assert {"NET", "SERT", "alpha2A"} <= set(seen.occupancy[CORD])
    for sites in seen.occupancy.values():
        for held in sites.values():
            assert ((held >= 0.0) & (held < 1.0)).all()
    assert all((levels >= 0.0).all() and np.isfinite(levels).all() for levels in seen.levels.values())
    assert all((rates > 0.0).all() for rates in seen.rates.values())


def test_occupancy_and_concentrations_are_those_of_the_drugs() -> None:
    course = duloxetine.daily("10 mg/kg", route="s.c.", from_day=0)
    seen = forecast(course, grid(3))
    at = list(seen.hours).index(26.0)
    assert seen.occupancy[CORD]["NET"][at] == pytest.approx(transporter_occupancy(course, 26.0)["NET"])
    known = drugs.concentration_table(course.until(3), seen.hours).columns
    np.testing.assert_array_equal(
        seen.concentrations.columns["duloxetine_cord_nanomolar"], known["duloxetine_cord_nanomolar"]
    )


def test_finer_looks_see_the_same() -> None:
    course = duloxetine.daily("10 mg/kg", route="s.c.", from_day=0)
    coarse, fine = forecast(course, grid(7)), forecast(course, grid(7, every_hours=0.5))
    for transmitter in TRANSMITTERS:
        one, other = coarse.level(transmitter, CORD), fine.level(transmitter, CORD)[::4]
        np.testing.assert_allclose(one, other, rtol=0.01)


def test_more_drug_more_noradrenaline() -> None:
    peaks = [
        forecast(drugs.reboxetine.once(f"{dose} mg/kg", on_day=0), grid(1)).percent("noradrenaline", CORD).max()
        for dose in (0.01, 0.1, 1.0, 10.0)
    ]
    assert peaks == sorted(peaks)
    assert peaks[-1] > peaks[0] + 50.0


def test_the_last_value_before_a_dose_is_what_a_rise_is_measured_from() -> None:
    """At the hour of a dose everything is as before it."""
    seen = forecast(drugs.idazoxan.intrathecal("30 ug", on_day=1), grid(2, every_hours=0.25))
    percent = seen.percent("noradrenaline", CORD, dosed_at=24.0)
    assert percent[list(seen.hours).index(24.0)] == pytest.approx(100.0)
    assert percent[list(seen.hours).index(24.25)] > 105.0


# --- against rats: the slice (D19) ----------------------------------------------------------------------------


def seconds_to_half(peak: float, blocked: float) -> float:
    """Time in which released noradrenaline falls from `peak` nM to half of it, NET under C/Ki = `blocked`."""
    held = Exposure({"locus_coeruleus": {"NET": SiteBinding(block=blocked)}}) if blocked else NO_DRUG
    cleared = uptake(NORADRENALINE, held, "locus_coeruleus").cleared
    return float(quad(lambda level: 1.0 / cleared(level), peak / 2.0, peak)[0])


def test_d19_desipramine_makes_uptake_four_times_longer() -> None:
    """50 nM in the slice, from the peak of 310 nM: 2.93 s, and 4.14 times that (3.0 to 5.3 is ours)."""
    blocked = 50.0 / drugs.desipramine.affinities["NET"].nanomolar
    ratio = seconds_to_half(310.0, blocked) / seconds_to_half(310.0, 0.0)
    assert 3.0 <= ratio <= 5.3


def test_d19_half_life_is_that_from_the_peak_of_the_slice() -> None:
    """2.93 +/- 0.28 s from 0.31 uM, where uptake (Km 0.5 uM) is part saturated; shorter from a low level."""
    assert seconds_to_half(310.0, 0.0) == pytest.approx(2.93, abs=0.28)
    assert seconds_to_half(1.0, 0.0) < 2.6


# --- against rats: spinal microdialysis (A13, A16) ------------------------------------------------------------


def peaks(name: str, dose: str) -> dict[str, float]:
    """Highest level of each transmitter in the ligated cord after one i.p. dose, percent of before."""
    start = 24.0 * SNL_DAY
    seen = forecast(getattr(drugs, name).once(dose, on_day=SNL_DAY), grid(SNL_DAY + 1, SNL_DAY - 1, 1.0), ligated)
    return {x: float(seen.percent(x, CORD, dosed_at=start)[seen.hours >= start].max()) for x in TRANSMITTERS}


@pytest.mark.parametrize(
    ("name", "dose", "risen"),
    [
        ("milnacipran", "30 mg/kg", {"noradrenaline", "serotonin"}),
        ("paroxetine", "10 mg/kg", {"noradrenaline", "serotonin"}),
        ("maprotiline", "30 mg/kg", {"noradrenaline"}),
    ],
)
def test_a13_what_rises_in_the_dorsal_horn(name: str, dose: str, risen: Any) -> None:
    """After paroxetine noradrenaline rises too, though by little."""
    found = peaks(name, dose)
    assert {x for x in ("noradrenaline", "serotonin") if found[x] > RISES} == risen


@pytest.mark.parametrize("name", ["amitriptyline", "duloxetine", "milnacipran"])
def test_a16_three_of_four_drugs_raise_spinal_dopamine(name: str) -> None:
    assert peaks(name, "10 mg/kg")["dopamine"] > RISES


def test_a16_fluoxetine_hardly_raises_it() -> None:
    """Known discrepancy: it holds too little of NET, as ex vivo, and dopamine rises in rats."""
    assert 100.0 < peaks("fluoxetine", "10 mg/kg")["dopamine"] < RISES


# --- against rats: transporters held ex vivo (Bymaster 2001) --------------------------------------------------


def half_held(name: str, transporter: str) -> float:
    """The oral dose (mg/kg) at which half of a transporter in the forebrain is held at the peak.

    Bymaster 2001 prints neither route nor place nor hour: they are ours.
    """

    def surplus(exponent: float) -> float:
        course = getattr(drugs, name).once(f"{10.0**exponent} mg/kg", route="p.o.", on_day=0)
        return (
            max(exposure(course, at).at("forebrain", transporter).occupancy for at in np.arange(0.25, 8, 0.25).tolist())
            - 0.5
        )

    return float(10.0 ** brentq(surplus, -4.0, 4.0, xtol=1e-3))


@pytest.mark.parametrize(
    ("name", "transporter", "measured"),
    [
        ("duloxetine", "NET", 0.7),
        ("duloxetine", "SERT", 0.03),
        ("venlafaxine", "SERT", 2.0),
        ("venlafaxine", "NET", 54.0),
    ],
)
def test_bymaster_half_of_a_transporter_is_held_within_twice_the_dose(
    name: str, transporter: str, measured: float
) -> None:
    assert measured / 2.0 < half_held(name, transporter) < 2.0 * measured


def test_duloxetine_is_stronger_than_venlafaxine_at_both_by_as_much_as_ex_vivo() -> None:
    for transporter, ratio in (("SERT", 2.0 / 0.03), ("NET", 54.0 / 0.7)):
        found = half_held("venlafaxine", transporter) / half_held("duloxetine", transporter)
        assert ratio / 3.0 < found < 3.0 * ratio


# --- against rats: GLT-1 (A22) --------------------------------------------------------------------------------


def test_a22_a_week_of_valproate_brings_back_part_of_what_the_locus_coeruleus_lost() -> None:
    course = drugs.valproate.twice_daily("200 mg/kg", route="p.o.", from_day=36, until_day=42)
    hours = grid(43, 30)
    treated, untreated = (
        forecast(given, hours, ligated).variables["glutamate_clearance"][-1] for given in (course, vehicle)
    )
    assert untreated < 0.45
    assert 0.2 < (treated - untreated) / (1.0 - untreated) < 0.6


# --- against rats: firing, where the forecast is known to be weak ----------------------------------------------


def test_d9_reboxetine_slows_the_locus_coeruleus_with_dose() -> None:
    """-52, -68, -81, -83 % were measured; the core is expected to slow by somewhat less, the coeruleospinal cells by
    three quarters of that.
    """
    core: list[float] = []
    spinal: list[float] = []
    for dose in (1.25, 2.5, 5.0, 10.0):
        seen = forecast(drugs.reboxetine.minipump(f"{dose} mg/kg", from_day=0), grid(3), naive)
        for found, population in ((core, "locus_coeruleus_ascending"), (spinal, "locus_coeruleus_spinal")):
            rate = seen.rates[population]
            found.append(100.0 * (rate[list(seen.hours).index(48.0)] / rate[0] - 1.0))
    assert core == sorted(core, reverse=True)
    assert core == pytest.approx([-55.7, -64.0, -69.3, -72.4], abs=1.0)
    assert spinal == pytest.approx([-39.9, -48.3, -54.1, -57.7], abs=1.0)
