"""What no circuit does is flagged by population and time: in the animal's file, in tables, reports and figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from test_results_synthetic import ARMS, animal_record, write_study

from core.errors import UserError
from core.records import AnimalRecord, EpochRecord, SlowTable, SpikeTrain
from experiments.commands.command_line import main
from results.comparison.arms import compare
from results.figures.catalogue import drawn_figure
from results.files.flags import HIGHEST_RATE, KINDS_OF_FLAGS, LEAST_RESTS, LEAST_SPIKES
from results.files.folder import animal_path
from results.files.inspection import describe, inspect
from results.files.schema.columns import FILE_COLUMNS
from results.files.store import read_animal, write_animal
from results.page.document import page
from results.page.texts import PageTexts
from results.study import open_study

CELLS = 10


def epoch(spikes: int, hours: float = 400.0, purpose: str = "pinch", **averages: float) -> EpochRecord:
    """One second of a population of ten cells with so many spikes."""
    train = SpikeTrain(np.linspace(0.0, 0.999, spikes), (np.arange(spikes) % CELLS).astype("u4"), CELLS)
    return EpochRecord(f"{purpose} {hours:g}", purpose, hours, 1.0, {"islet": train}, averages)


def animal(*epochs: EpochRecord) -> AnimalRecord:
    record = animal_record(ARMS[0], 1, (0, 14))
    return replace(record, epochs=(*record.epochs, *epochs))


def flags(record: AnimalRecord, path: Path) -> list[tuple[object, ...]]:
    write_animal(record, path, replace=True)
    return [(flag["what"], flag["name"], flag["day"], flag["value"]) for flag in inspect(path)["flags"]]


def test_an_animal_in_which_nothing_is_flagged_has_no_group_for_it(tmp_path: Path) -> None:
    assert not flags(animal(epoch(round(CELLS * HIGHEST_RATE))), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert "flags" not in file


def test_a_population_above_the_limit_is_flagged_in_its_epoch(tmp_path: Path) -> None:
    found = flags(animal(epoch(40), epoch(4000, 410.0)), tmp_path / "a.h5")
    assert found == [("above 300 Hz", "islet", 17, 400.0)]
    assert any(
        "islet above 300 Hz (400 Hz), day 17, hour 2 (pinch 410)" in line
        for line in describe(inspect(tmp_path / "a.h5"))
    )


def test_a_high_rate_in_a_moment_of_a_few_spikes_is_none(tmp_path: Path) -> None:
    """Twenty spikes within 20 ms of an epoch that lasts no longer."""
    short = replace(epoch(20), seconds=0.02)
    short = replace(short, spikes={"islet": replace(short.spikes["islet"], seconds=np.linspace(0, 0.02, 20))})
    assert not flags(animal(short), tmp_path / "a.h5")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_an_average_that_is_not_a_number_is_flagged_and_the_file_can_be_read(tmp_path: Path, value: float) -> None:
    ((what, name, day, told),) = flags(animal(epoch(40, raphe_rate_hertz=value)), tmp_path / "a.h5")
    assert (what, name, day, told) == ("not a number", "raphe_rate_hertz", 16, None)
    assert "raphe_rate_hertz" not in read_animal(tmp_path / "a.h5").epochs[-1].averages
    assert any("raphe_rate_hertz not a number, day 16" in line for line in describe(inspect(tmp_path / "a.h5")))


def rests(*counts: int) -> AnimalRecord:
    return replace(animal(), epochs=tuple(epoch(count, 24.0 * k, "rest") for k, count in enumerate(counts)))


def test_equal_spikes_in_every_rest_are_flagged(tmp_path: Path) -> None:
    assert flags(rests(*[LEAST_SPIKES] * LEAST_RESTS), tmp_path / "a.h5") == [("stuck", "islet", None, LEAST_SPIKES)]
    for counts in ([LEAST_SPIKES] * (LEAST_RESTS - 1), [LEAST_SPIKES - 1] * LEAST_RESTS, [30, 30, 30, 31], [0] * 6):
        assert not flags(rests(*counts), tmp_path / "a.h5")


def test_a_slow_state_that_is_not_a_number_stops_the_animal(tmp_path: Path) -> None:
    record = animal()
    hours = record.slow_state.hours
    broken = replace(record, slow_state=SlowTable(hours, {"mood": np.where(hours > 30, np.nan, 1.0)}))
    with pytest.raises(UserError, match=r"animal 1 of arm sham-vehicle: mood is nan on day 1, hour 8; the circuit"):
        write_animal(broken, tmp_path / "a.h5")
    assert not (tmp_path / "a.h5").exists()


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study in which the second animal of an arm runs away on its last day."""
    out = write_study(tmp_path / "study", ARMS[:2], 2, (0, 14))
    path = animal_path(out, ARMS[1].name, 2)
    record = read_animal(path)
    write_animal(replace(record, epochs=(*record.epochs, epoch(4000, 340.0))), path, replace=True)
    return out


NOTE = "Flagged, for no circuit does this: islet above 300 Hz; in sham-duloxetine 2."


def test_tables_reports_and_figures_tell_it(study: Path, tmp_path: Path) -> None:
    comparison = compare(study)
    (row,) = comparison.tables["flags"].to_dict("records")
    assert (row["arm"], row["animal"], row["day"], row["name"]) == ("sham-duloxetine", 2, 14, "islet")
    assert any(line.startswith(NOTE[:60]) for line in comparison.report())
    assert any(path.name == "flags.csv" for path in comparison.write(tmp_path / "compare"))
    for name in ("thresholds", "rates", "neuromodulators"):
        told = " ".join(text.get_text().replace("\n", " ") for text in drawn_figure(name, study).texts)
        assert NOTE in told
    assert NOTE in page(open_study(study), comparison, PageTexts())


def test_frames_have_it_and_verify_says_it(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = open_study(study).flags.to_dict("records")
    assert (row["what"], row["epoch"], row["value"]) == ("above 300 Hz", "pinch 340", 400.0)
    assert main(["verify", str(animal_path(study, "sham-duloxetine", 2))]) == 0
    assert "1 animals are flagged" in capsys.readouterr().err


def test_a_study_without_flags_says_nothing_of_them(tmp_path: Path) -> None:
    out = write_study(tmp_path / "study", ARMS[:2], 2, (0, 14))
    comparison = compare(out)
    assert not len(comparison.tables["flags"])
    assert "flags" not in comparison.written
    assert not comparison.flagged
    assert not len(open_study(out).flags)


def test_words_of_flags_are_those_of_the_schema() -> None:
    assert FILE_COLUMNS["flags"]["what"].words == frozenset(KINDS_OF_FLAGS)
