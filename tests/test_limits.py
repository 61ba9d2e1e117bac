"""Numbers that no study can mean: told in one line before anything grows with them, in files, options and folders."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from study_samples import STUDY

from core.errors import UserError
from core.limits import LARGEST_TEXT_FILE, LONGEST_LIST, MOST_ANIMALS, MOST_MISTAKES, MOST_WORKERS
from experiments import Study, read_study
from experiments.laboratory import assays
from experiments.protocol.study_file import parse_study
from experiments.running.workers import WorkerPool
from results.files.folder import read_manifest

#: Bytes that refusing a number may take: far below what going through it would.
LITTLE = 50_000_000


@pytest.fixture(autouse=True)
def _little_is_held() -> object:
    """A test of this page that would fill the memory fails instead, as far as it ends."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < LITTLE


@pytest.mark.parametrize(
    ("was", "given", "told"),
    [
        ("days = [-1, 14, 28]", "days = [20260101]", "assays[0].days[0] = 20260101: expected a whole day"),
        ("from_day = 14", "from_day = -20260101", "arms[1].treatments[0].from_day = -20260101: expected a whole day"),
        ("until_day = 20", "until_day = 20260101", "arms[1].treatments[0].until_day = 20260101: expected a whole day"),
        ("seed = 7", "last_day = 20260101", "last_day = 20260101: expected a whole day"),
        ("seed = 7", "first_day = -20260101", "first_day = -20260101: expected a whole day"),
        ("animals = 2", "animals = 1000000000000", "animals = 1000000000000: expected a whole number of animals"),
        ("animals = 2", f"animals = {2**63}", f"animals = {2**63}: expected a whole number of animals per arm"),
        ("seed = 7", "size = 1e300", "size = 1e+300: expected a scale of all populations above 0"),
        ("days = [-1, 14, 28]", f"days = [{'1, ' * (LONGEST_LIST + 1)}]", "assays[0].days: more than 10000 entries"),
    ],
)
def test_a_number_that_no_study_means_is_told_in_one_line(was: str, given: str, told: str) -> None:
    assert was in STUDY
    with pytest.raises(UserError) as caught:
        parse_study(STUDY.replace(was, given), "study.toml")
    (line,) = str(caught.value).split("\n")
    assert line.startswith(f"study.toml: {told}")


PLAIN = 'name = "x"\nanimals = 1\nassays = [{ assay = "pinch", days = [1] }]\n[[arms]]\ncircuit = "sham"\ntreatments = '


@pytest.mark.parametrize("given", ["'duloxetine'", "['duloxetine']", "[['duloxetine']]", "', '"])
def test_a_text_in_place_of_treatments_is_told(given: str) -> None:
    with pytest.raises(UserError, match=r"^study: arms\[0\]\.treatments\[0\].*[^\n]*\.$"):
        parse_study(PLAIN + given)


@pytest.mark.parametrize("given", ["'vehicle'", "['vehicle']"])
def test_a_vehicle_may_be_named_alone(given: str) -> None:
    assert parse_study(PLAIN + given).arms[0].treatments == ()


def test_a_range_without_end_is_not_gone_through() -> None:
    with pytest.raises(UserError, match="more than 10000 entries"):
        assays.pinch.on_days(*range(LONGEST_LIST + 1))
    with pytest.raises(UserError, match="more than 10000 entries"):
        Study(name="x", animals=1, arms=range(10**30), assays=assays.pinch.on_days(1))  # type: ignore[arg-type]


def test_of_many_mistakes_the_first_are_told() -> None:
    with pytest.raises(UserError) as caught:
        parse_study(STUDY.replace("days = [-1, 14, 28]", f"days = {list(range(2000, 3000))}"))
    lines = str(caught.value).split("\n")
    assert len(lines) == MOST_MISTAKES + 1
    assert lines[-1].endswith("and more mistakes like these.")


def test_a_file_that_is_no_study_for_its_size_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    with path.open("wb") as file:
        file.truncate(1000 * LARGEST_TEXT_FILE)  # a file of holes
    with pytest.raises(UserError, match=r"study.toml: too large; expected a text file of at most 10 MB\."):
        read_study(path)


@pytest.mark.parametrize("workers", [0, MOST_WORKERS + 1, 10**12, True])
def test_workers_are_bounded(workers: int) -> None:
    with pytest.raises(UserError, match="expected a whole number of processes, 1 or more, at most 1000"):
        WorkerPool.of(workers)


@pytest.mark.parametrize(
    "animals", [2**63, 10**12, -1, 1.5, True, None, "3", [2**63], [0], [1e308], [1, 1], [True], list(range(1, 20_000))]
)
def test_animals_of_an_edited_manifest_are_bounded(animals: object, tmp_path: Path) -> None:
    content = {"study": "x", "animals": animals, "arms": []}
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(UserError, match=r"manifest.json: it is no manifest of a study \(animals "):
        read_manifest(tmp_path)


def test_as_many_animals_as_a_study_can_have_are_read(tmp_path: Path) -> None:
    for animals in (MOST_ANIMALS, list(range(1, MOST_ANIMALS + 1))):
        (tmp_path / "manifest.json").write_text(json.dumps({"study": "x", "animals": animals, "arms": []}))
        assert read_manifest(tmp_path).animals == tuple(range(1, MOST_ANIMALS + 1))
