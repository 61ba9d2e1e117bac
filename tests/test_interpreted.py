"""Without a C++ compiler NumPy runs the same network: the same spikes, but for what rounding moves."""

from __future__ import annotations

from pathlib import Path

import cohort_samples
import numpy as np
import pytest
from cohort_samples import QUICK, small_study
from small_animals import SmallAnimal, animal, disturbed_state, same_spikes, strong_stimulus

from circuits import ligated
from circuits.brian.compiling import warning_without_compiler
from circuits.brian.interpreted import InterpretedSimulator
from circuits.brian.running import CompiledSimulator
from circuits.epoch import EpochResult
from circuits.stimulus import BIN, Stimulus, Watch
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.history import Numerics
from experiments.running.cohort import run
from experiments.running.speed import expected_speed

STEP = 1e-4


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")


def strong(rat: SmallAnimal, seconds: float = 0.3, label: str = "strong") -> EpochResult:
    return rat.epoch(strong_stimulus(seconds), disturbed_state(), label=label)


def steps(result: EpochResult) -> set[tuple[str, int, int]]:
    return {
        (name, int(step), int(cell))
        for name, train in result.spikes.items()
        for step, cell in zip(np.rint(train.seconds / STEP), train.index, strict=True)
    }


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "kept"), [("double", 1.0), ("single", 0.98)])
def test_numpy_gives_the_spikes_of_the_compiled_program(
    precision: str, kept: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    with animal(ligated, precision=precision) as rat:
        assert isinstance(rat.simulator, CompiledSimulator)
        compiled = strong(rat)
    monkeypatch.setenv("CXX", "no-such-compiler")
    with animal(ligated, precision=precision) as rat:
        assert isinstance(rat.simulator, InterpretedSimulator)
        interpreted = strong(rat)
    one, other = steps(compiled), steps(interpreted)
    assert len(one) > 300
    assert len(one & other) >= kept * max(len(one), len(other))
    assert compiled.averages == pytest.approx(interpreted.averages, rel=0.02 if precision == "single" else 1e-9)


@pytest.mark.slow
@pytest.mark.usefixtures("no_compiler")
def test_epochs_of_two_animals_by_turns_do_not_mix() -> None:
    with animal(ligated, 0) as one, animal(ligated, 1) as other:
        first = strong(one, 0.1)
        assert first.seconds == pytest.approx(0.1)
        assert not same_spikes(first, strong(other, 0.1))
        assert same_spikes(first, strong(one, 0.1))


@pytest.mark.slow
@pytest.mark.usefixtures("no_compiler")
def test_the_shortest_epoch_is_run_to_its_end() -> None:
    """Whichever clock Brian2 looks at first: the order of its clocks is another in every network."""
    for number in range(6):
        with animal(ligated, number) as rat:
            assert strong(rat, BIN).seconds == pytest.approx(BIN)


@pytest.mark.slow
def test_an_epoch_ends_with_the_withdrawal(monkeypatch: pytest.MonkeyPatch) -> None:
    stimulus = Stimulus(0.5, force={"ipsi": np.full(round(0.5 / BIN), 300.0)}, watch=Watch("ipsi", 8.0, 0.05, 0.1))
    ends = []
    for compiler in ("g++", "no-such-compiler"):
        monkeypatch.setenv("CXX", compiler)
        with animal(ligated) as rat:
            ends.append(rat.epoch(stimulus, disturbed_state()).seconds)
    assert ends[0] == ends[1] < 0.5


@pytest.mark.slow
@pytest.mark.usefixtures("no_compiler")
def test_a_whole_animal_and_its_provenance() -> None:
    study = cohort_samples.small_study(1)
    study = study.changed(arms=study.arms[1:], size=0.1)
    brief = study.model_copy(update={"assays": (study.assays[0].model_copy(update={"assay": "brush", "days": (0,)}),)})
    brief = brief.model_copy(update={"first_day": 0, "last_day": 0})
    record = next(run_matched_animals(brief, 1, numerics=Numerics(rest_seconds=0.1)))
    assert record.assays
    assert record.provenance["compiler"] == "none: NumPy"
    assert record.provenance["flags"] == []


def test_one_line_of_warning_names_what_is_missing_and_the_time_expected_is_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    assert not warning_without_compiler()
    fast = expected_speed(1.0).value
    monkeypatch.setenv("CXX", "no-such-compiler")
    run(small_study(1), tmp_path / "out", runner=QUICK)
    assert [line for line in caplog.messages if "no-such-compiler" in line] == [warning_without_compiler()]
    assert expected_speed(1.0).value < fast / 50
