"""Ligated is sham plus a list of differences, each with a beginning and a course."""

from __future__ import annotations

from typing import Any

import pytest

from circuits import ligated, naive, sham
from circuits.injuries.bundled import INJURIES
from circuits.injury import STANDING, of_extent, quantities

LIGATION = INJURIES["ligated"].differences
HOURS = (-48.0, 0.0, 1.0, 6.0, 13.0, 24.0, 48.0, 96.0, 240.0, 500.0, 1000.0, 5000.0)
ALL = [pytest.param(difference, id=difference.name) for difference in LIGATION]
REST = {name: rest for name, (rest, _) in STANDING.items()}


def test_ligated_is_sham_with_a_list() -> None:
    assert sham.differences == naive.differences == ()
    assert ligated.differences == LIGATION
    for part in ("cells", "afferents", "projections", "couplings", "transmitters", "plasticity"):
        assert getattr(ligated, part) is getattr(sham, part)


@pytest.mark.parametrize("difference", ALL)
def test_a_difference_is_0_before_its_onset_and_then_grows_to_its_amplitude(difference: Any) -> None:
    onset = difference.onset.si / 3600
    amplitude = difference.amplitude.si
    assert difference.at(-1.0) == difference.at(0.0) == difference.at(onset) == 0.0
    course = [difference.at(onset + h) / amplitude for h in (0.0, 0.1, 1.0, 10.0, 100.0, 1000.0, 1e5)]
    assert course == sorted(course)
    assert course[-1] == pytest.approx(1.0)
    one_constant = onset + difference.time_constant.si / 3600
    assert difference.at(one_constant) / amplitude == pytest.approx(0.6321, abs=1e-3)


@pytest.mark.parametrize("hours", HOURS)
def test_sham_stands_still(hours: Any) -> None:
    assert quantities(sham.differences, hours) == REST


def test_before_surgery_ligated_is_sham() -> None:
    assert quantities(ligated.differences, -24.0) == REST
    assert quantities(ligated.differences, 0.0) == REST


@pytest.mark.parametrize("difference", ALL)
def test_every_difference_moves_a_known_quantity_of_its_own(difference: Any) -> None:
    (quantity,) = difference.moves
    assert quantity in STANDING
    late = quantities(ligated.differences, 1e6)
    assert late[quantity] != REST[quantity]
    without = quantities(ligated.differences, 1e6, frozenset({difference.name}))
    assert without[quantity] == REST[quantity]
    assert {q: v for q, v in without.items() if q != quantity} == {q: v for q, v in late.items() if q != quantity}


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("extent", [0.5, 1.0, 1.6, 3.0])
def test_shares_stay_shares_in_the_worst_hurt_animal(hours: Any, extent: float) -> None:
    found = of_extent(quantities(ligated.differences, hours), extent)
    for share in ("l5_input", "ectopic_share", "c_spontaneous_share", "gaba_release_loss", "glt1_loss"):
        assert 0.0 <= found[share] <= 1.0
    assert found["ectopic_rate"] >= 0
    assert found["noradrenaline_sprouting"] >= 1.0


def test_the_extent_scales_every_difference() -> None:
    late = quantities(ligated.differences, 500.0)
    half, whole = of_extent(late, 0.5), of_extent(late, 1.0)
    for name, rest in REST.items():
        assert half[name] - rest == pytest.approx(0.5 * (whole[name] - rest), abs=1e-12)
    assert of_extent(quantities(sham.differences, 500.0), 2.0) == REST
