"""Numbers that cannot be are mistakes; those that are unlikely are told in a line before a study runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from brian2.units import uS

from circuits import CIRCUITS, ligated
from circuits.bounds import Bounds, bounds_of, contradictions, likely_range
from core.errors import UserError
from drugs import DRUGS, duloxetine
from experiments import Arm, Study, assays
from experiments.commands.command_line import main
from experiments.protocol.study_file import bundled, read_study
from experiments.protocol.study_remarks import extreme_doses, remarks, unlikely_numbers
from experiments.running import room
from experiments.running.memory import memory_of_worker
from experiments.running.workers import WorkerPool

NORADRENALINE = "transmitters.noradrenaline.clearance"
WEIGHT = "projections.a_beta_to_pkc_gamma.weight"


def study(*arms: Arm, **fields: Any) -> Study:
    return Study(name="x", animals=1, arms=arms or [Arm("sham")], assays=assays.pinch.on_days(14), **fields)


@pytest.mark.parametrize("circuit", CIRCUITS.values(), ids=str)
def test_every_number_in_use_and_its_range_lie_within_its_bounds(circuit: Any) -> None:
    known = dict(circuit.parameters())
    for path, number in known.items():
        bounds = bounds_of(path, number.value)
        assert bounds is not None, path
        for value in (number.value, number.low, number.high):
            assert value is None or bounds.hold(value), (path, value, str(bounds))
    assert not list(contradictions({path: number.value for path, number in known.items()}, known))


def test_bounds_print_as_words() -> None:
    assert str(Bounds(0.0, 1.0)) == "at least 0, at most 1"
    assert str(Bounds(0 * uS, 1 * uS, above=True)) == "more than 0 S, at most 1 uS"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("cells.projection.capacitance", "-60 pF", "expected more than 0 nF, at most 10 nF"),
        ("cells.projection.capacitance", "0 pF", "expected more than 0 nF, at most 10 nF"),
        ("cells.projection.leak", "-3.5 nS", "expected more than 0 S, at most 1 uS"),
        ("cells.projection.slope", "0 mV", "expected more than 0 V, at most 50 mV"),
        ("cells.projection.rest", "58 mV", "expected at least -0.15 V, at most 0 V"),
        ("cells.projection.rest", "-20 mV", "the rest of cells.projection is not below its threshold"),
        ("cells.projection.threshold", "-510 mV", "expected at least -0.15 V, at most 0 V"),
        ("cells.projection.threshold", "-100 mV", "the rest of cells.projection is not below its threshold"),
        ("cells.projection.standard", 1e6, "expected at least 1, at most 100000"),
        (f"{NORADRENALINE}.rate", "0 1/s", "expected more than 0 Hz, at most "),
        (f"{NORADRENALINE}.rate", "-0.3 1/s", "expected more than 0 Hz, at most "),
        (f"{NORADRENALINE}.shares.NET", 5.0, "expected at least 0, at most 1"),
        (f"{NORADRENALINE}.shares.NET", 0.99, "shares sum to 1.01; they sum to at most 1"),
        (f"{NORADRENALINE}.shares_in.forebrain.NET", 0.99, "shares_in.forebrain sum to 1.01; they sum to at most 1"),
        (WEIGHT, "-1.2 nS", "expected at least 0 S, at most 1 uS"),
        ("projections.a_beta_to_pkc_gamma.in_degree", 1e9, "expected at least 1, at most 1000"),
        ("receptors.alpha2A.half_activation", "0 nM", "expected more than 0 M, at most "),
        ("variability.monoamine_release", -0.1, "expected at least 0, at most 3"),
        ("receptors.alpha2A_terminals.half_activation", 0.0, "expected more than 0, at most 1000"),
        ("plain_couplings.alpha2delta_on_ectopic.competitor", -1.0, "expected at least 0, at most 1e+06"),
        ("plasticity.traffic.competitor", 1e7, "expected at least 0, at most 1e+06"),
        ("plain_couplings.sodium_channel_on_ectopic.use.inactivated", 1.5, "expected at least 0, at most 1"),
        ("plasticity.sensitisation.a_fibre_weight", -0.1, "expected at least 0, at most 100"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_mistake(path: str, value: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        Arm("ligated", set={path: value})
    lines = str(caught.value).split("\n")
    assert lines[0].startswith(f"Arm: set.{path} = ")
    assert told in lines[0]


@pytest.mark.parametrize(("path", "value"), [(WEIGHT, "120 nS"), ("cells.projection.standard", 1e5)])
def test_what_is_unlikely_is_told_in_one_line(path: str, value: Any) -> None:
    (line,) = unlikely_numbers([Arm("ligated", name="odd", set={path: value})])
    assert line.startswith(f"odd: {path} = {value} lies outside of what is likely (")
    assert list(remarks(study(Arm("ligated", name="odd", set={path: value})))) == [line]


def test_what_is_likely_is_not_told() -> None:
    for path, number in ligated.parameters():
        low, high = likely_range(number)
        assert low <= number.si <= high, path
        ends = [number.low, number.value, number.high]
        settings = [{path: end} for end in ends if end is not None]
        assert not list(unlikely_numbers([Arm("ligated", set=each) for each in settings[:1]])), path
    assert not list(unlikely_numbers([Arm("ligated", set={WEIGHT: "0 nS"})]))


def test_bundled_studies_hold_nothing_that_is_seldom_meant() -> None:
    for name in bundled():
        assert not list(extreme_doses(read_study(name))), name


@pytest.mark.parametrize(("dose", "extreme"), [("2000 mg/kg", False), ("2001 mg/kg", True), ("9e5 mg/kg", True)])
def test_a_dose_above_what_rats_are_given_is_told(dose: str, extreme: bool) -> None:
    told = list(extreme_doses(study(Arm("sham", duloxetine.daily(dose, from_day=1), name="high"))))
    line = f"high: {dose} of duloxetine is above what rats are given (at most 2000 mg/kg)."
    assert told == ([line] if extreme else [])
    assert not list(extreme_doses(study(Arm("sham", DRUGS["vehicle"]))))


def test_such_a_dose_is_taken_by_allow_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "high.toml"
    path.write_text(study(Arm("sham", duloxetine.daily("9e5 mg/kg", from_day=1), name="high")).to_toml())
    for command in (["validate", str(path)], ["run", str(path), "--out", str(tmp_path / "out")]):
        assert main(command) == 2
        assert "9e5 mg/kg of duloxetine is above what rats are given" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main(["validate", str(path), "--allow"]) == 0
    printed = capsys.readouterr()
    assert "is above what rats are given" in printed.err
    assert "of memory for each worker" in printed.out


def expected(monkeypatch: pytest.MonkeyPatch, *, disk: float, size: float = 1.0, workers: int = 1) -> list[str]:
    """What is told of a run on a machine with 3 GB of memory and 1 GB on disk."""
    monkeypatch.setattr(room, "_memory", lambda: 3_000_000_000)
    monkeypatch.setattr(room, "_free", lambda folder: 1e9)
    given = study(size=size)
    memory, numbers = memory_of_worker(given), dict.fromkeys(range(100), 1.0)
    run: Any = SimpleNamespace(
        study=given, bytes=disk, memory=memory, simulated_seconds=numbers, pool=WorkerPool.of(workers)
    )
    return list(room.lacking(run, Path("out")))


def test_room_in_memory_and_on_disk_is_told_before_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert expected(monkeypatch, disk=1e9) == []
    (line,) = expected(monkeypatch, disk=2e9)
    assert line.startswith("out: the results take up to 2 GB, and 1 GB are free there")
    with pytest.raises(UserError, match="out: the results take up to 20 GB, and 1 GB are free there; take fewer"):
        expected(monkeypatch, disk=2e10)
    (line,) = expected(monkeypatch, disk=0, workers=50)
    assert line.startswith("workers = 50: they take about 15.2 GB of memory, and this machine has 3 GB")
    with pytest.raises(UserError, match=r"^size = 1000: one animal takes about 3\.57 GB of memory, and this machine"):
        expected(monkeypatch, disk=0, size=1000.0)


def test_memory_follows_the_contacts_of_the_largest_arm() -> None:
    more = Arm("sham", name="more", set={"projections.a_beta_to_pkc_gamma.in_degree": 1000})
    plain, dense = (memory_of_worker(study(*arms)) for arms in ((Arm("sham"),), (Arm("sham"), more)))
    assert dense > plain + 1e6
