"""Parameter values in a study file: every parameter can be written and read back, and units are checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from brian2.units import Hz, mV, nM, second
from hypothesis import given
from hypothesis import strategies as st

from circuits import CIRCUITS
from core.errors import UserError
from core.setting import read_setting, write_setting

PARAMETERS = dict(CIRCUITS["ligated"].parameters())


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_every_parameter_of_a_circuit_survives_a_file(path):
    value = PARAMETERS[path].value
    back = read_setting(write_setting(value), value, path)
    assert float(back) == pytest.approx(float(value), rel=1e-11)


@given(st.floats(-1e6, 1e6))
def test_any_number_survives(number):
    back = read_setting(write_setting(number * mV), mV, "x")
    assert float(back / mV) == pytest.approx(number, rel=1e-11, abs=1e-300)


def test_units_can_be_multiplied_divided_and_raised():
    assert read_setting("12 nM/s", nM / second, "x") == 12 * nM / second
    assert read_setting("0.5/s".replace("/", " 1/"), Hz, "x") == 0.5 * Hz
    assert read_setting("3 mV*s^0.5", mV * second**0.5, "x") == 3 * mV * second**0.5
    assert read_setting("3 mV s".replace(" s", "*s"), mV * second, "x") == 3 * mV * second
    assert read_setting(4 * mV, mV, "x") == 4 * mV


@pytest.mark.parametrize("text", ["3", 3, "3 mM", "mV", "3 bananas", "", True, None, [3], "3 mV; import os"])
def test_what_is_no_voltage_is_refused(text):
    with pytest.raises(UserError, match=r'^x = .*: expected a quantity such as "3 mV"\.$'):
        read_setting(text, 3 * mV, "x")


@pytest.mark.parametrize("text", ["3 mV", "many", True, None, 3 * mV])
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(UserError, match=r"^x = .*: expected a plain number, such as 0\.5\.$"):
        read_setting(text, 0.5, "x")


def test_a_plain_number_may_be_text():
    assert read_setting("0.25", 0.5, "x") == read_setting(0.25, 0.5, "x") == 0.25


def test_reading_a_setting_makes_no_other_model():
    """In a process of its own: Brian2 spells grams per mole in another way once they were computed."""
    code = """
from brian2.units import gram, mole
from core.setting import read_setting
from experiments.running.study_folder import model_fingerprint
before = model_fingerprint()
read_setting("3 g/mol", gram / mole, "x")
print(before == model_fingerprint())
"""
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout == "True\n"
