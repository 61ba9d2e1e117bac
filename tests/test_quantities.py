"""Quantities as text: every number of the model can be written and read back, and what is no quantity is told."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2.units import Hz, gram, mM, mole, mV, nM, second, uM
from hypothesis import given
from hypothesis import strategies as st

from circuits import CIRCUITS
from core.doses import Dose, parse_dose, per_weight
from core.errors import UserError
from core.quantities import read_quantity, write_alike, write_quantity
from core.units import UNITS, day, hour
from drugs import parameters as drug_numbers

PARAMETERS = dict(CIRCUITS["ligated"].parameters()) | dict(drug_numbers())


def test_every_number_survives_a_file() -> None:
    assert len(PARAMETERS) > 900
    for path, number in PARAMETERS.items():
        value = number.value
        assert float(read_quantity(write_quantity(value), value, path)) == pytest.approx(float(value), rel=1e-11)
        assert float(read_quantity(write_quantity(value, exact=True), value, path)) == float(value)


@given(st.floats(-1e6, 1e6))
def test_any_number_survives(number: Any) -> None:
    back = read_quantity(write_quantity(number * mV), mV, "x")
    assert float(back / mV) == pytest.approx(number, rel=1e-11, abs=1e-300)


@given(st.floats(-1e250, 1e250), st.sampled_from(sorted(UNITS)))
def test_an_exact_text_reads_back_as_the_same_number(number: Any, unit: Any) -> None:
    value = number * UNITS[unit]
    text = write_quantity(value, exact=True)
    if value == 0 or abs(float(value)) > 1e-290:
        assert float(read_quantity(text, value)) == float(value)


def test_units_can_be_multiplied_divided_and_raised() -> None:
    assert read_quantity("12 nM/s", nM / second, "x") == 12 * nM / second
    assert read_quantity("0.5 1/s", Hz, "x") == 0.5 * Hz
    assert read_quantity("3 mV*s^0.5", mV * second**0.5, "x") == 3 * mV * second**0.5
    assert read_quantity("3 mV*s", mV * second, "x") == 3 * mV * second
    assert read_quantity(4 * mV, mV, "x") == 4 * mV


def test_units_may_be_spelled_as_papers_print_them() -> None:
    assert read_quantity("12 nM s-1", nM / second) == read_quantity("12 nM·s⁻¹", nM / second) == 12 * nM / second
    assert read_quantity("297 g mol-1", gram / mole) == 297 * gram / mole
    assert read_quantity("0.5/s", Hz) == read_quantity("0.5 s-1", Hz) == 0.5 * Hz
    assert read_quantity("5 µM", uM) == read_quantity("5 μM", uM) == 5 * uM
    assert read_quantity("−70 mV", mV) == -70 * mV
    assert read_quantity("3 mV s", mV * second) == 3 * mV * second


def test_a_number_is_read_as_a_whole() -> None:
    assert read_quantity("31/h", 1 / hour) == 31 / hour
    with pytest.raises(UserError, match=r"^x = \"311/h\""):
        read_quantity("311/h", mV, "x")


@pytest.mark.parametrize(
    "given", ["3", 3, "3 mM", "mV", "", True, None, [3], "3 mV; import os", 3 * mM, np.array([1.0, 2.0]) * mV, "3 3 mV"]
)
def test_what_is_no_voltage_is_refused(given: Any) -> None:
    with pytest.raises(UserError, match=r'^x = .*: expected a quantity such as "3 mV"\.$'):
        read_quantity(given, 3 * mV, "x")


@pytest.mark.parametrize("text", ["3 mV", "many", True, None, 3 * mV])
def test_what_is_no_plain_number_is_refused(text: Any) -> None:
    with pytest.raises(UserError, match=r"^x = .*: expected a plain number, such as 0\.5\.$"):
        read_quantity(text, 0.5, "x")


@pytest.mark.parametrize("number", ["1e999", "-1e999", float("inf"), float("nan"), np.float64("nan")])
def test_numbers_are_finite(number: Any) -> None:
    with pytest.raises(UserError, match=r"^x = .*: expected a plain number, such as 0\.5"):
        read_quantity(number, 0.5, "x")
    with pytest.raises(UserError, match="expected a quantity"):
        read_quantity(f"{number} mV" if isinstance(number, str) else number * mV, mV, "x")


@pytest.mark.parametrize(
    ("text", "like", "told"),
    [
        ("1,5 nM", nM, 'expected a quantity such as "1 nM"; write "1.5 nM", with a point.'),
        ("1,500 nM", nM, "write the number without a comma, with a point before decimals only."),
        ("7.5 nm", nM, 'expected a quantity such as "1 nM"; no unit "nm", nearest: nM'),
        ("3 bananas", nM, 'expected a quantity such as "1 nM"; no unit "bananas".'),
        ("1e999 nM", nM, 'expected a quantity such as "1 nM"; the number is too large.'),
        ("1e308 d", day, 'expected a quantity such as "1 d"; the number is too large.'),
        ("0,5", 1.0, 'expected a plain number, such as 1; write "0.5", with a point.'),
    ],
)
def test_a_mistake_is_told_with_the_right_word(text: str, like: Any, told: str) -> None:
    with pytest.raises(UserError) as error:
        read_quantity(text, like, "x")
    assert str(error.value).startswith(f'x = "{text}": ')
    assert told in str(error.value)


HOSTILE = {
    "two points": "1 nM^1.2.3",
    "exponent": "1 nM^999999999",
    "exponent in e": "1 nM^1e9",
    "no exponent": "1 nM^",
    "minus alone": "1 nM^-",
    "digits": "1" * 10**6 + " mV",
    "points": "1" * 50 + "." * 49,
    "letters": "m" * 10**6,
    "factors": "1 nM" + "*nM" * 10**5,
    "powers": "1 nM" + "^9" * 20,
    "many units": "1 " + "s-1 " * 9,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_or_ends_in_anything_but_a_mistake_of_the_user(text: Any) -> None:
    with pytest.raises(UserError) as error:
        read_quantity(text, nM, "x")
    assert len(str(error.value)) < 200
    with pytest.raises(UserError):
        parse_dose(text, "x")


@given(st.text(alphabet="0123456789.,eE+-*/^ nMmgksuµ\n", max_size=60) | st.text(max_size=60))
def test_any_text_is_a_quantity_or_a_mistake(text: Any) -> None:
    for read in (lambda: read_quantity(text, nM), lambda: parse_dose(text)):
        with suppress(UserError):
            read()


def test_an_example_may_be_given_and_a_place_left_out() -> None:
    with pytest.raises(UserError, match=r'^"3": expected a quantity such as "5 d"\.$'):
        read_quantity("3", day, "", "5 d")


def test_a_plain_number_may_be_text() -> None:
    assert (
        read_quantity("0.25", 0.5, "x") == read_quantity(0.25, 0.5, "x") == read_quantity(np.float32(0.25), 0.5) == 0.25
    )
    assert isinstance(read_quantity(1, 0.5), float)
    assert isinstance(read_quantity(3 * mV / (6 * mV), 0.5), float)


def test_numbers_that_belong_together_are_written_in_one_unit() -> None:
    assert write_alike([1 * hour, 0.5 * hour, None]) == ["60 min", "30 min", ""]
    assert write_alike([2 / hour, None, 4 / hour], rates=True) == ["2 1/h", "", "4 1/h"]
    assert write_alike([5 * Hz, 1 * Hz], rates=False) == ["5 Hz", "1 Hz"]
    assert write_alike([0.5, 0.25, None]) == ["0.5", "0.25", ""]


@pytest.mark.parametrize(
    ("text", "milligram", "per_kilogram", "written"),
    [
        ("10 mg/kg", 10.0, True, "10 mg/kg"),
        ("10mg/kg", 10.0, True, "10 mg/kg"),
        (" 10 mg / kg ", 10.0, True, "10 mg/kg"),
        ("10 mg kg-1", 10.0, True, "10 mg/kg"),
        ("10 mg kg^-1", 10.0, True, "10 mg/kg"),
        ("10 mg·kg⁻¹", 10.0, True, "10 mg/kg"),
        ("10 mg per kg", 10.0, True, "10 mg/kg"),
        ("10 mg/Kg", 10.0, True, "10 mg/kg"),
        ("10 mg/kg b.w.", 10.0, True, "10 mg/kg"),
        ("10 mg/kg body weight", 10.0, True, "10 mg/kg"),
        ("30 mcg", 0.03, False, "30 ug"),
        ("0.01 g/kg", 10.0, True, "0.01 g/kg"),
        ("30 ug", 0.03, False, "30 ug"),
        ("30 µg", 0.03, False, "30 ug"),
        ("30 μg", 0.03, False, "30 ug"),
        ("500 ng", 0.0005, False, "500 ng"),
        ("0 mg/kg", 0.0, True, "0 mg/kg"),
    ],
)
def test_a_dose_has_one_spelling(text: str, milligram: float, per_kilogram: bool, written: str) -> None:
    dose = parse_dose(text)
    assert dose.milligram == pytest.approx(milligram)
    assert (dose.per_kilogram, dose.text) == (per_kilogram, written)
    assert not dose.per_day


@pytest.mark.parametrize(
    ("text", "milligram", "written"),
    [
        ("100 umol/kg", 30.0, "30 mg/kg"),
        ("0.1 mmol kg-1", 30.0, "30 mg/kg"),
        ("100 µmol/kg", 30.0, "30 mg/kg"),
        ("60 nmol", 0.018, "18 ug"),
        ("1.2345678 umol/kg", 0.37037, "0.37037 mg/kg"),
    ],
)
def test_moles_become_the_mass_that_is_written(text: str, milligram: float, written: str) -> None:
    dose = parse_dose(text, molar_mass=300.0)
    assert dose.milligram == pytest.approx(milligram)
    assert dose.text == written
    assert parse_dose(written) == dose


@pytest.mark.parametrize("text", ["2 mg/rat", "2 mg per rat", "2mg / animal", "2 mg a rat"])
def test_a_dose_of_a_rat_is_kept_as_such(text: str) -> None:
    assert parse_dose(text) == Dose(2.0, False, "2 mg", per_rat=True)
    assert per_weight(parse_dose(text), 0.25) == parse_dose("8 mg/kg")


@pytest.mark.parametrize("text", ["5 mg/kg/day", "5 mg/kg/d", "5 mg kg-1 day-1", "5 mg/kg per day", "5 mg/kg a day"])
def test_a_dose_of_a_day_is_kept_as_such(text: str) -> None:
    assert parse_dose(text) == Dose(5.0, True, "5 mg/kg", per_day=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,5 mg/kg", 'for an injection into one place; write "1.5 mg/kg", with a point.'),
        ("1,000 mg/kg", "write the number without a comma, with a point before decimals only."),
        ("100 umol/kg", "moles need a molar mass, and none is known here; give a mass."),
        ("100 µmol/kg", "moles need a molar mass, and none is known here; give a mass."),
        ("-1 mg/kg", "a dose is 0 or more, and less than 1 kg/kg."),
        ("1e999 mg/kg", "a dose is 0 or more, and less than 1 kg/kg."),
        ("1e308 g/kg", "a dose is 0 or more, and less than 1 kg/kg."),
        ("1e6 mg/kg", "a dose is 0 or more, and less than 1 kg/kg."),
        ("1 g/kg/h", "for an injection into one place."),
        (10, "x = 10: expected a dose per body weight"),
        (None, "x = None: expected a dose per body weight"),
        ("nan mg/kg", "for an injection into one place."),
    ],
)
def test_what_is_no_dose_is_told_with_the_right_word(text: Any, told: str) -> None:
    with pytest.raises(UserError) as error:
        parse_dose(text, "x")
    assert told in str(error.value)


@pytest.mark.parametrize("milligram", [-1.0, float("nan"), float("inf"), 1e6])
def test_a_dose_that_cannot_be_is_refused_however_it_is_made(milligram: Any) -> None:
    with pytest.raises(UserError, match=r'^dose "x": a dose is 0 or more, and less than'):
        Dose(milligram, True, "x")


def test_reading_a_quantity_makes_no_other_model() -> None:
    """In a process of its own: Brian2 spells grams per mole in another way once they were computed."""
    code = """
from brian2.units import gram, mole
from core.quantities import read_quantity
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
before = model_fingerprint()
read_quantity("3 g/mol", gram / mole, "x")
print(before == model_fingerprint())
"""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout == "True\n"
