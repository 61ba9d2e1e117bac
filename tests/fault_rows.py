"""What was once found wrong, tried again on as many inputs as asked for: one row for each kind of fault."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fuzzed_inputs
import h5py
import killed_runs
import varied_files
from cohort_samples import small_study
from mutated_files import add_whole_trailer, faults_of, mutate, reseal
from mutated_manifests import fault_of_folder, mutate_manifest
from test_cohort_growth import LATER
from test_mutated_files import IMPOSSIBLE
from test_results_checksums import full_record
from test_study_mangled import PLACES, VALUES, mangled, read
from verified_study import VERIFIED, write_verified_study

from core.errors import UserError
from experiments import Arm, Study
from experiments.commands.command_line import main
from experiments.running import cohort
from experiments.running.verification import verify
from results.files.folder import MANIFEST, animal_path
from results.files.store import read_animal, write_animal

ABSURD = (
    *(("cells.projection.capacitance", value) for value in ("-60 pF", "0 pF")),
    *(("cells.projection.leak", "-3.5 nS"), ("cells.projection.slope", "0 mV"), ("cells.projection.rest", "58 mV")),
    *(("cells.projection.threshold", "-510 mV"), ("cells.projection.standard", 1e6)),
    *(("transmitters.noradrenaline.clearance.rate", value) for value in ("0 1/s", "-0.3 1/s")),
    ("transmitters.noradrenaline.clearance.shares.NET", 5.0),
    ("projections.a_beta_to_pkc_gamma.weight", "-1.2 nS"),
)
NEVER_ENDING = (
    *("days = [20260101]", "days = [-20260101]", "last_day = 20260101", "first_day = -20260101"),
    *("animals = 1000000000000", "animals = 9223372036854775808", "size = 1e300"),
)

Tried = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """One kind of fault: `tries` yields (input, what is wrong with what came of it, "" for nothing)."""

    name: str
    tries: Callable[[int, Path], Tried]


def whole_file(folder: Path) -> Path:
    write_animal(full_record(), folder / "whole.h5")
    return folder / "whole.h5"


def status_of(command: list[str]) -> int:
    """The exit status of a command, whose words are not shown."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(command)


def foreign_animals(count: int, folder: Path) -> Tried:
    """An animal of another seed, of another day, or with a mechanism off, in place of one."""
    out = write_verified_study(folder / "study")
    days = small_study(2).changed(last_day=4)
    others = {"another seed": small_study(2, seed=6), "another day": days}
    off = small_study(2)
    arms = [arm.changed(switch_off=("alpha2",)) if arm.name == "sham-vehicle" else arm for arm in off.arms]
    others["alpha2 off"] = off.changed(arms=arms)
    kept = (animal_path(out, "sham-vehicle", 1)).read_bytes()
    for name, study in others.items():
        other = write_verified_study(folder / name, study)
        shutil.copy(animal_path(other, "sham-vehicle", 1), animal_path(out, "sham-vehicle", 1))
        told = (status_of(["verify", str(out)]), status_of(["compare", str(out)]))
        yield name, "" if told == (1, 2) else f"exit status {told}"
        animal_path(out, "sham-vehicle", 1).write_bytes(kept)


def flipped_bits(count: int, folder: Path) -> Tried:
    """Single bits of finished files of up to 100 animals that differ, with their trailers and without."""
    yield from varied_files.flipped_bits(count, min(100, max(1, count // 5)), folder)


def impossible_content(count: int, folder: Path) -> Tried:
    whole = whole_file(folder)
    for name, (change, _) in IMPOSSIBLE.items():
        path = folder / "a.h5"
        shutil.copy(whole, path)
        with h5py.File(path, "r+") as file:
            change(file)
            reseal(file)
        add_whole_trailer(path)
        told = "" if _refused(path) else "taken"
        yield name, "; ".join(filter(None, [told, *faults_of(path).values()]))


def _refused(path: Path) -> bool:
    try:
        read_animal(path)
    except UserError:
        return True
    from results.files.arrays import read_arrays

    try:
        read_arrays(path)
    except UserError:
        return True
    return False


def mutated_content(count: int, folder: Path) -> Tried:
    whole = whole_file(folder)
    for seed in range(count):
        path = folder / f"{seed}.h5"
        what = mutate(whole, path, seed)
        yield f"seed {seed}, {what}", "; ".join(faults_of(path).values())
        path.unlink()


def mutated_manifests(count: int, folder: Path) -> Tried:
    out = write_verified_study(folder / "study")
    whole = folder / MANIFEST
    shutil.copy(out / MANIFEST, whole)
    for seed in range(count):
        what = mutate_manifest(whole, out / MANIFEST, seed)
        yield f"seed {seed}, {what}", fault_of_folder(out)


def commands_on_mutated_files(count: int, folder: Path) -> Tried:
    """All that reads a study folder, by the command line."""
    out = write_verified_study(folder / "study")
    path, whole = animal_path(out, "sham-vehicle", 1), folder / "whole.h5"
    shutil.copy(path, whole)
    commands = {
        "inspect": ["inspect", str(path)],
        "verify": ["verify", str(out)],
        "compare": ["compare", str(out)],
        "report": ["report", str(out), "--out", str(folder / "report.html")],
        "figure": ["figure", "raster", str(out), "--out", str(folder / "raster.png")],
        "export": ["export", str(out), "--csv", str(folder / "csv")],
        "diff": ["diff", str(path), str(out / "animals/ligated-vehicle")],
    }
    for seed in range(max(1, count // 20)):
        what = mutate(whole, path, seed)
        for name, command in commands.items():
            status = status_of(command)
            yield (
                f"{name}, seed {seed}, {what}",
                "" if status in (0, 2) or (name, status) == ("verify", 1) else f"{status}",
            )
            shutil.rmtree(folder / "csv", ignore_errors=True)


def growth_over_mutated_files(count: int, folder: Path) -> Tried:
    """A folder whose study grows, with one file of before edited: taken, run anew or told in lines."""
    before, after = small_study(2), small_study(3, assays=LATER)
    first = animal_path(write_verified_study(folder / "study", before), "sham-vehicle", 1)
    for seed in range(max(1, count // 20)):
        out = folder / f"{seed}"
        shutil.copytree(folder / "study", out)
        path = out / first.relative_to(folder / "study")
        path.unlink()
        what = mutate(first, path, seed)
        yield f"seed {seed}, {what}", _fault_of_growth(after, out)
        shutil.rmtree(out)


def _fault_of_growth(study: Study, out: Path) -> str:
    kept = {each: each.read_bytes() for each in out.glob("animals/*/*.h5")}
    try:
        cohort.run(study, out, runner=VERIFIED)
    except UserError:
        lost = [each.name for each, content in kept.items() if each.read_bytes() != content]
        return f"refused, and yet changed: {lost}" if lost else ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "; ".join(verify(out).faults)


def several_folders(count: int, folder: Path) -> Tried:
    """Two folders that are compared, one of them with an edited animal or manifest."""
    one, other = (write_verified_study(folder / name, small_study(2, seed=k)) for k, name in ((5, "one"), (6, "other")))
    path, manifest = animal_path(other, "sham-vehicle", 1), other / MANIFEST
    shutil.copy(path, folder / "whole.h5")
    shutil.copy(manifest, folder / "whole.json")
    for seed in range(max(2, count // 10)):
        if seed % 2:
            what = mutate(folder / "whole.h5", path, seed)
        else:
            what = mutate_manifest(folder / "whole.json", manifest, seed)
        line = ["compare", str(one), str(other), "--out", str(folder / "both"), "--figure", "none"]
        status = status_of(line)
        yield f"seed {seed}, {what}", "" if status in (0, 2) else f"exit status {status}"
        shutil.copy(folder / "whole.h5", path)
        shutil.copy(folder / "whole.json", manifest)


def ended_runs(count: int, folder: Path) -> Tried:
    """Runs ended by SIGKILL and SIGTERM at random moments."""
    yield from killed_runs.killed(max(1, count // 20), folder)


def changed_pieces(target: fuzzed_inputs.Target) -> Callable[[int, Path], Tried]:
    """What is read from a user, with pieces changed."""
    return lambda count, folder: fuzzed_inputs.fuzzed(target, count, folder.resolve())


def absurd_settings(count: int, folder: Path) -> Tried:
    for path, value in ABSURD:
        try:
            Arm("ligated", set={path: value})
            yield f"{path} = {value}", "taken"
        except UserError:
            yield f"{path} = {value}", ""


def mangled_studies(count: int, folder: Path) -> Tried:
    pick = random.Random(2)
    for _ in range(count):
        place, value = pick.choice(PLACES), pick.choice(VALUES)
        try:
            _, told = read(mangled(place, value))
            wrong = "" if all(line.startswith("study.toml: ") for line in told) else "not named"
        except Exception as error:
            wrong = f"{type(error).__name__}: {error}"
        yield f"{place} = {value}", wrong


def numbers_without_end(count: int, folder: Path) -> Tried:
    head = 'name = "x"\nanimals = 1\narms = { circuit = "sham" }\nassays = { assay = "pinch", days = 1 }'
    for text in NEVER_ENDING:
        key = text.partition(" ")[0]
        plain = head.replace("animals = 1", "") if key == "animals" else head
        study = plain.replace("days = 1", text) if key == "days" else f"{text}\n{plain}"
        _, told = read(study)
        yield text, "" if told else "taken"


def tests_of(*files: str) -> Callable[[int, Path], Tried]:
    """Tests that try the row; each that fails is one."""

    def run_tests(count: int, folder: Path) -> Tried:
        root = Path(__file__).parents[1]
        command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", *(f"tests/{file}" for file in files)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            outcome, _, name = line.partition(" ")
            if outcome in ("PASSED", "FAILED", "ERROR"):
                yield name, "" if outcome == "PASSED" else outcome

    return run_tests


ROWS = (
    Row("foreign or edited animal in a folder", foreign_animals),
    Row("one bit changed in a file", flipped_bits),
    Row("impossible content", impossible_content),
    Row("content changed in one place, checksums that fit", mutated_content),
    Row("the same, by all commands that read", commands_on_mutated_files),
    Row("edited manifest", mutated_manifests),
    Row("a study that grows over an edited animal", growth_over_mutated_files),
    Row("several folders, one of them edited", several_folders),
    Row("runs ended from outside and begun again", ended_runs),
    Row("absurd settings", absurd_settings),
    Row("mangled study", mangled_studies),
    Row("days, animals and sizes without end", numbers_without_end),
    *(Row(f"changed pieces: {target.name}", changed_pieces(target)) for target in fuzzed_inputs.TARGETS),
    Row("workers and caches that others reach", tests_of("test_private_cluster.py", "test_private_folder.py")),
    Row("links, sizes and packed content", tests_of("test_results_outside.py")),
    Row("studies that grow", tests_of("test_cohort_growth.py", "test_animal_continued.py")),
    Row("several folders", tests_of("test_several_folders.py")),
    Row("schedules", tests_of("test_drugs_regimen.py", "test_study_courses.py", "test_protocols.py")),
    Row("stops, leftovers and damaged programs", tests_of("test_faults.py", "test_scratch.py", "test_interruption.py")),
)


def tried(row: Row, inputs: int) -> tuple[int, list[str], float]:
    """How many inputs of a row were tried, what is wrong, and the longest that one took (processor s)."""
    count, wrong, longest = 0, [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        for what, fault in row.tries(inputs, Path(folder)):
            took, began = time.process_time() - began, time.process_time()
            longest = max(longest, took if count else 0.0)
            count += 1
            if fault:
                wrong.append(f"{what}: {fault}")
    return count, wrong, longest
