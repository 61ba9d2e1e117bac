"""Drug numbers from their ranges: drawn once for each animal, nothing else moved, nothing at all when not asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import drugs
from core.errors import UserError
from core.sourced import walk
from drugs import amitriptyline, duloxetine, nortriptyline, vehicle
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.protocol.ranges import Ranges, drawn, varied
from experiments.protocol.study_file import parse_study


def ranged(drug: drugs.Substance) -> dict[str, float]:
    return {path: float(np.asarray(n.value)) for path, n in walk(drug) if n.low is not None or n.high is not None}


def study(**fields: Any) -> Study:
    arms = [Arm("ligated", vehicle), Arm("ligated", duloxetine.once("10 mg/kg", on_day=14))]
    return Study(name="ranges", arms=arms, animals=2, assays=assays.paw_pressure.on_days(14), **fields)


def test_without_ranges_the_drugs_are_the_same_objects() -> None:
    regimen = duloxetine.once("10 mg/kg", on_day=0)
    assert varied((regimen,), None, 1, 1)[0] is regimen


@pytest.mark.parametrize("name", sorted(drugs.DRUGS))
@pytest.mark.parametrize("ranges", ["low", "high", "sampled"])
def test_every_drug_stays_a_drug_within_its_ranges(name: str, ranges: Ranges) -> None:
    drug = drugs.DRUGS[name]
    numbers = dict(walk(drawn(drug, ranges, 1, 1)))
    for path, number in walk(drug):
        value = float(np.asarray(numbers[path].value))
        low, high = (number.value if end is None else end for end in (number.low, number.high))
        assert float(np.asarray(low)) * (1 - 1e-12) <= value <= float(np.asarray(high)) * (1 + 1e-12)
        if number.low is None and number.high is None:
            assert numbers[path] is number


def test_animals_differ_and_draw_the_same_again() -> None:
    first, second = (ranged(drawn(amitriptyline, "sampled", 1, animal)) for animal in (1, 2))
    assert first == ranged(drawn(amitriptyline, "sampled", 1, 1))
    assert all(first[path] != second[path] for path in first)
    assert first != ranged(drawn(amitriptyline, "sampled", 2, 1))


def test_a_number_is_drawn_once_whoever_has_it() -> None:
    """Nortriptyline is the same drug given alone and made from amitriptyline in the same animal."""
    made = {
        path.rpartition(".drug.")[2]: value
        for path, value in ranged(drawn(amitriptyline, "sampled", 1, 3)).items()
        if path.startswith("metabolites.nortriptyline.drug.")
    }
    assert made
    assert made.items() <= ranged(drawn(nortriptyline, "sampled", 1, 3)).items()


def test_draws_fill_the_range() -> None:
    path, number = next((p, n) for p, n in walk(duloxetine) if n.low is not None and n.high is not None)
    low, high = (float(np.asarray(end)) for end in (number.low, number.high))
    values = [ranged(drawn(duloxetine, "sampled", 1, animal))[path] for animal in range(200)]
    places = np.log(np.array(values) / low) / np.log(high / low)
    assert np.histogram(places, 4, (0, 1))[0].min() > 25


def test_a_study_hands_its_ranges_out_and_reads_back_equal() -> None:
    wanted = study(ranges="sampled")
    assert [arm.ranges for arm in wanted.arms] == [None, None]
    assert [arm.ranges for arm in wanted.effective_arms] == ["sampled", "sampled"]
    assert parse_study(wanted.to_toml()) == wanted
    assert wanted.effective_arms[0].treatment == "vehicle"
    assert "numbers sampled" in wanted.effective_arms[1].treatment


def test_not_asked_for_the_study_is_the_one_it_was() -> None:
    assert "ranges =" not in study().to_toml()
    assert study().fingerprint() != study(ranges="low").fingerprint()


def test_an_arm_may_say_otherwise() -> None:
    treated = duloxetine.once("10 mg/kg", on_day=14)
    arms = [Arm("ligated", treated, ranges="low"), Arm("ligated", treated)]
    wanted = Study(name="x", arms=arms, animals=1, assays=assays.paw_pressure.on_days(14), ranges="high")
    assert [arm.ranges for arm in wanted.effective_arms] == ["low", "high"]
    assert wanted.arms[0].name == "ligated-duloxetine-numbers-low"


def test_another_word_is_refused() -> None:
    with pytest.raises(UserError, match='"sampled", "low" or "high"'):
        study(ranges="wide")
