"""A study that grows in its folder: new days, assays and arms are run, what is unchanged is kept, nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import extension_samples
import pytest
import verified_study
from cohort_samples import small_study
from verified_study import VERIFIED

from core.errors import UserError
from drugs import duloxetine
from experiments import Arm, Study, assays
from experiments.commands.command_line import main
from experiments.laboratory.animal import plan
from experiments.laboratory.continuing import same_history
from experiments.laboratory.own_assays.known import known_assays
from experiments.laboratory.provenance import facts
from experiments.protocol.catalogue import extended
from experiments.running import study_folder, workers
from experiments.running.cohort import CohortError, run
from experiments.running.earlier_files import earlier_files
from experiments.running.estimate import estimate
from experiments.running.matched_animals import AnimalRunner
from experiments.running.study_growth import growth
from experiments.running.verification import verify
from experiments.running.workers import WorkerPool
from results.comparison.arms import compare
from results.files.folder import GROWS, animal_path, read_manifest
from results.files.store import describe, inspect, read_animal

STOPPING = AnimalRunner(plan, verified_study.first_animal_only)
LATER = assays.paw_pressure.on_days(-1, 1, 8, sides=("ipsi",))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr(workers, "PAUSE_SECONDS", 0.0)


def content(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def more_arms(study: Study) -> Study:
    return study.changed(arms=[*study.arms, Arm("ligated", duloxetine.once("10 mg/kg", on_day=1))])


def stopped(*given: object) -> None:
    raise KeyboardInterrupt


GROWN: dict[str, Any] = {
    "a day": small_study(assays=LATER),
    "an assay": small_study(assays=[*small_study().assays, assays.von_frey.on_days(1)]),
    "an arm": more_arms(small_study()),
    "animals": small_study(5),
    "all of them": more_arms(small_study(5, assays=LATER)),
    "another way to write it": small_study(
        assays=[assays.paw_pressure.on_days(day, sides=("ipsi",)) for day in (1, -1)]
    ),
    "an earlier first day": small_study(first_day=-3),
}


@pytest.mark.parametrize("what", GROWN)
def test_a_folder_that_grew_is_that_of_a_study_run_from_scratch(tmp_path: Path, what: str) -> None:
    run(small_study(), tmp_path / "grown", runner=VERIFIED)
    run(GROWN[what], tmp_path / "grown", runner=VERIFIED)
    run(GROWN[what], tmp_path / "scratch", runner=VERIFIED)
    assert content(tmp_path / "grown") == content(tmp_path / "scratch")
    assert verify(tmp_path / "grown").faults == ()


@pytest.mark.parametrize("what", ["an arm", "animals"])
def test_what_is_unchanged_keeps_its_file(tmp_path: Path, what: str) -> None:
    run(small_study(), tmp_path, runner=VERIFIED)
    files = [animal_path(tmp_path, arm, k) for arm in ("sham-vehicle", "ligated-vehicle") for k in (1, 2, 3)]
    before = [path.stat().st_ino for path in files]
    run(GROWN[what], tmp_path, runner=VERIFIED)
    assert [path.stat().st_ino for path in files] == before


GOES_ON = "go on: what is in their files stays as it is, and is not simulated again."
FOLLOWS: dict[str, Any] = {
    f"6 animals {GOES_ON}": small_study(assays=LATER),
    "6 animals change from day 1, hour 0.5 on, where something comes in between and moves their slow clock; from there "
    "on they are simulated anew.": small_study(assays=[*small_study().assays, assays.von_frey.on_days(1, hour=0.5)]),
    "6 animals are simulated anew: the study begins earlier.": small_study(first_day=-3),
}


@pytest.mark.parametrize("words", FOLLOWS)
def test_what_is_added_and_what_follows_is_told_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, words: str
) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(), tmp_path, runner=VERIFIED)
    caplog.clear()
    run(more_arms(FOLLOWS[words]), tmp_path, runner=VERIFIED)
    assert caplog.messages[0].startswith(f"{tmp_path}: the study has grown by: arm ligated-duloxetine")
    assert caplog.messages[1:3] == [
        f"{tmp_path}: {words}",
        f"{tmp_path}: each of them keeps its file until the new one is whole.",
    ]
    assert "9 animals" in caplog.messages[3]


def test_an_animal_made_with_another_numpy_is_simulated_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("INFO", "bluespot")
    run(small_study(1), tmp_path, runner=VERIFIED)
    monkeypatch.setattr(same_history, "tools", lambda: facts.tools() | {"numpy_version": "99.0"})
    run(small_study(1, assays=LATER), tmp_path, runner=VERIFIED)
    assert re.search(r"2 animals are simulated anew: made with numpy \S+ then, 99\.0 now\.", caplog.text)


def test_what_is_there_is_not_counted_among_what_a_run_takes(tmp_path: Path) -> None:
    run(small_study(), tmp_path, runner=VERIFIED)
    grown = small_study(assays=LATER)
    missing = study_folder.prepare(grown, tmp_path)
    past = earlier_files(grown, tmp_path, missing)
    with_files, without = (estimate(grown, missing, WorkerPool(), VERIFIED, each) for each in (past, None))
    assert (with_files.missing, with_files.bytes) == (without.missing, without.bytes) == (6, without.bytes)
    first = plan(small_study(1)).simulated_seconds
    ours, whole = (sum(each.simulated_seconds.values()) for each in (with_files, without))
    assert ours == pytest.approx(whole - 3 * first)


def test_a_growth_that_was_stopped_keeps_each_old_file_and_goes_on(tmp_path: Path) -> None:
    grown = small_study(assays=LATER)
    run(small_study(), tmp_path / "grown", runner=VERIFIED)
    was = content(tmp_path / "grown")
    with pytest.raises(CohortError, match="4 of 6 animals are not finished"):
        run(grown, tmp_path / "grown", runner=STOPPING)
    half = content(tmp_path / "grown")
    unchanged = {name for name in was if name.startswith("animals") and half[name] == was[name]}
    assert {name[-6:] for name in unchanged} == {"002.h5", "003.h5"}
    run(grown, tmp_path / "grown", runner=VERIFIED)
    run(grown, tmp_path / "scratch", runner=VERIFIED)
    (tmp_path / "grown" / "failures.txt").unlink()
    assert content(tmp_path / "grown") == content(tmp_path / "scratch")


def test_a_kill_between_manifest_and_study_leaves_a_folder_of_both_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small_study(), tmp_path / "grown", runner=VERIFIED)
    was = content(tmp_path / "grown")
    with monkeypatch.context() as killed:
        killed.setattr(study_folder, "write_text_into", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(small_study(assays=LATER), tmp_path / "grown", runner=VERIFIED)
    assert read_manifest(tmp_path / "grown").grows
    run(small_study(), tmp_path / "grown", runner=VERIFIED)
    assert content(tmp_path / "grown") == was
    run(small_study(assays=LATER), tmp_path / "grown", runner=VERIFIED)
    run(small_study(assays=LATER), tmp_path / "scratch", runner=VERIFIED)
    assert content(tmp_path / "grown") == content(tmp_path / "scratch")


def test_validate_says_what_a_run_into_the_folder_would_do_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(small_study(), tmp_path / "out", runner=VERIFIED)
    before = content(tmp_path / "out")
    (tmp_path / "grown.toml").write_text(more_arms(small_study(assays=LATER)).to_toml())
    assert main(["validate", str(tmp_path / "grown.toml"), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "the study has grown by: arm ligated-duloxetine; paw_pressure ipsi on day 8 at hour 2." in told.err
    assert f"6 animals {GOES_ON}" in told.err
    assert re.search(r"epochs, \d+ simulated s, at most .* in .*out; ", told.out.splitlines()[-1])
    (tmp_path / "other.toml").write_text(small_study(seed=6).to_toml())
    assert main(["validate", str(tmp_path / "other.toml"), "--out", str(tmp_path / "out")]) == 2
    assert "that differs in seed" in capsys.readouterr().err
    assert content(tmp_path / "out") == before
    assert main(["validate", str(tmp_path / "grown.toml"), "--out", str(tmp_path / "new")]) == 0
    assert not (tmp_path / "new").exists()


def test_a_folder_that_has_grown_in_part_is_read_and_says_so(tmp_path: Path) -> None:
    run(small_study(), tmp_path, runner=VERIFIED)
    with pytest.raises(CohortError):
        run(
            small_study(assays=LATER),
            tmp_path,
            runner=STOPPING,
        )
    found = compare(tmp_path)
    assert GROWS in found.notes
    assert GROWS in found.caveats
    table = found.tables["assay_summary"].set_index(["arm", "day"])["n"]
    assert (table["sham-vehicle", 1], table["sham-vehicle", 8]) == (3, 1)
    assert GROWS in describe(inspect(tmp_path))
    verified = verify(tmp_path)
    assert verified.faults == ()
    assert any(remark.startswith("4 animals are of the study before it grew") for remark in verified.remarks)
    run(small_study(assays=LATER), tmp_path, runner=VERIFIED)
    assert compare(tmp_path).notes == ()
    assert not read_manifest(tmp_path).grows


def test_a_study_that_grows_twice_before_it_is_whole_takes_files_of_both_states(tmp_path: Path) -> None:
    run(small_study(), tmp_path / "grown", runner=VERIFIED)
    with pytest.raises(CohortError):
        run(
            small_study(assays=LATER),
            tmp_path / "grown",
            runner=STOPPING,
        )
    last = small_study(assays=assays.paw_pressure.on_days(-1, 1, 8, 9, sides=("ipsi",)))
    run(last, tmp_path / "grown", runner=VERIFIED)
    assert {len(read_animal(animal_path(tmp_path / "grown", "sham-vehicle", k)).epochs) for k in (1, 2, 3)} == {4}
    assert not read_manifest(tmp_path / "grown").grows


def test_fewer_animals_of_a_study_that_grew_leave_the_others_as_they_are(tmp_path: Path) -> None:
    run(small_study(), tmp_path, runner=VERIFIED)
    run(small_study(2, assays=LATER), tmp_path, runner=VERIFIED)
    assert len(read_animal(animal_path(tmp_path, "sham-vehicle", 3)).epochs) == 2
    assert read_manifest(tmp_path).grows
    run(small_study(3, assays=LATER), tmp_path, runner=VERIFIED)
    assert len(read_animal(animal_path(tmp_path, "sham-vehicle", 3)).epochs) == 3
    assert not read_manifest(tmp_path).grows


SMALLER: dict[str, Any] = {
    r"its study has what this one lacks: arm ligated-vehicle\. A study of": small_study().only(["sham-vehicle"]),
    r"lacks: paw_pressure ipsi on day 1 at hour 2\.": small_study(
        assays=assays.paw_pressure.on_days(-1, sides=("ipsi",))
    ),
    r"lacks: paw_pressure ipsi on days -1, 1 at hour 2\.": small_study(assays=assays.von_frey.on_days(-1, 1)),
    r'another study, "small", that differs in seed; choose': small_study(seed=6),
    r"differs in size, precision; choose": small_study(size=0.5, precision="double"),
    r"differs in arms\.ligated-vehicle \(set\); choose another folder, or give": small_study(
        arms=[Arm("sham"), Arm("ligated", set={"l5_share": 0.4}, name="ligated-vehicle")]
    ),
    r"differs in arms\.sham-vehicle \(lesions\), arms\.ligated-vehicle \(lesions\)": small_study(
        lesions={"agent": "DSP-4", "on_day": -7}
    ),
    r"differs in first_day;": small_study(first_day=0, assays=assays.paw_pressure.on_days(1, sides=("ipsi",))),
}


def test_an_extension_that_changed_is_another_study(tmp_path: Path) -> None:
    def holding(text: str) -> Study:
        program = extension_samples.written(tmp_path, text=text)
        held = extended(program).assays["hold60"].on_days(1, sides=("ipsi",))
        return small_study(assays=[*small_study().assays, held], extensions=program)

    run(holding(extension_samples.PROGRAM), tmp_path / "out", runner=VERIFIED)
    before = content(tmp_path / "out")
    with pytest.raises(UserError, match="that differs in extensions; choose another folder"):
        run(holding(extension_samples.PROGRAM.replace("60 g", "50 g")), tmp_path / "out", runner=VERIFIED)
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("words", SMALLER)
def test_a_study_that_is_not_this_and_more_is_refused_in_one_line_and_nothing_changes(
    tmp_path: Path, words: str
) -> None:
    run(small_study(), tmp_path, runner=VERIFIED)
    before = content(tmp_path)
    with pytest.raises(UserError, match=words) as raised:
        run(SMALLER[words], tmp_path, runner=VERIFIED)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith("nothing was changed.")
    assert content(tmp_path) == before


def test_an_animal_of_another_study_is_not_replaced(tmp_path: Path) -> None:
    run(small_study(), tmp_path / "this", runner=VERIFIED)
    run(small_study(assays=assays.von_frey.on_days(1)), tmp_path / "other", runner=VERIFIED)
    foreign, place = (animal_path(tmp_path / name, "sham-vehicle", 2) for name in ("other", "this"))
    place.write_bytes(foreign.read_bytes())
    before = content(tmp_path / "this")
    with pytest.raises(UserError, match=r"sham-vehicle-002\.h5: it is no animal of this study: the fingerprint"):
        run(small_study(assays=LATER), tmp_path / "this", runner=VERIFIED)
    assert content(tmp_path / "this") == before


def test_what_comes_in_is_told_in_words() -> None:
    def told(*measured: Any, **fields: Any) -> str:
        return str(growth(small_study(), small_study(assays=[*small_study().assays, *measured], **fields)))

    assert told(assays.paw_pressure.on_days(-1, 1, sides=("contra",))) == "paw_pressure contra on days -1, 1 at hour 2"
    assert told(assays.von_frey.on_days(1, 7, hour=0.5)) == "von_frey ipsi, contra on days 1, 7 at hour 0.5"
    sideless = next(each for each in known_assays(()).values() if not each.sides)
    assert told(assays.Assay.on_days(sideless, 3)) == f"{sideless.name} on day 3 at hour 2"
    assert told() == "nothing new, but it is written otherwise"
