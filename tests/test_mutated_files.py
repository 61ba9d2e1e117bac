"""Whatever stands in an animal's file, it is read as what it says or told in one line, also where checksums fit."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from mutated_files import READERS, add_whole_trailer, faults_of, mutate, reseal
from test_results_checksums import changed, full_record, put
from test_results_synthetic import ARMS, write_study

from core.errors import UserError
from experiments.laboratory.assays import ASSAYS
from results.files import looking
from results.files.arrays import read_arrays
from results.files.folder import animal_path
from results.files.schema.columns import FILE_COLUMNS, FILE_UNITS, OPTIONAL_GROUPS
from results.files.store import inspect, read_animal, read_spikes, write_animal
from results.study import open_study

BATCHES, IN_A_BATCH = 5, 50


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "a.h5"
    write_animal(full_record(), path)
    return path


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_file_that_is_wrong_anywhere_is_read_or_told_in_one_line(whole: Path, tmp_path: Path, batch: int) -> None:
    """`python -m tests.faults` tries many more."""
    told = 0
    for seed in range(batch * IN_A_BATCH, (batch + 1) * IN_A_BATCH):
        path = tmp_path / f"{seed}.h5"
        what = mutate(whole, path, seed)
        assert not faults_of(path), f"seed {seed}: {what}"
        told += refusal(path) != ""
        path.unlink()
    assert told > IN_A_BATCH / 2, "most changes leave a file that cannot be"


def refusal(path: Path) -> str:
    try:
        read_animal(path)
    except UserError as error:
        return str(error)
    return ""


def attribute(owner: str, name: str, value: Any) -> Callable[[h5py.File], None]:
    return lambda file: file[owner].attrs.__setitem__(name, value)


def reversed_times(file: h5py.File) -> None:
    file["spikes/raphe/timestamps"][...] = file["spikes/raphe/timestamps"][:][::-1]


#: What is written into a file, and what is said of it: the field, what came, what is allowed.
IMPOSSIBLE: dict[str, tuple[Callable[[h5py.File], None], str]] = {
    "a negative threshold": (
        changed("assays/value", -5.0),
        r"assays/value\[0\] is -5\.0; expected 0 or more in its unit",
    ),
    "no number": (changed("assays/value", np.nan), r"assays/value\[0\] is nan; expected a finite number"),
    "endless": (changed("assays/value", np.inf), r"assays/value\[0\] is inf; expected a finite number"),
    "an unknown unit": (changed("assays/unit", b"kg"), r"assays/unit\[0\] is 'k'; expected one of .*\"g\""),
    "a negative length": (
        changed("epochs/seconds", -1.0),
        r"epochs/seconds\[0\] is -1\.0; expected a number, 0 to 86400",
    ),
    "a length that is no number": (
        changed("epochs/seconds", np.nan),
        r"epochs/seconds\[0\] is nan; expected a number, 0",
    ),
    "no cells": (changed("populations/cells", 0), r"populations/cells\[0\] is 0; expected a whole number, 1 to"),
    "spikes that run back": (reversed_times, r"spikes/raphe/timestamps\[1\] is .*; expected a time that is no earlier"),
    "a spike at no time": (
        changed("spikes/raphe/timestamps", np.nan),
        r"spikes/raphe/timestamps\[\d\] is .*; expected",
    ),
    "a node that is not there": (
        put("spikes/raphe/node_ids", np.full(60, 10**15)),
        r"spikes/raphe/node_ids.*(expected|has)",
    ),
    "no spikes": (lambda file: file.__delitem__("spikes/raphe"), "spikes/raphe/timestamps is missing"),
    "labels of another type": (put("epochs/label", np.arange(3)), "epochs/label is of type int64; expected text"),
    "labels as a group": (
        lambda file: (file.__delitem__("epochs/label"), file.create_group("epochs/label"))[0],
        "epochs/label is missing",
    ),
    "a dataset for a group": (put("slow_state", np.zeros(3)), "/slow_state is no group"),
    "another length": (put("epochs/zzz", np.zeros(7)), "epochs/zzz has 7 epochs; expected 3, as epochs/label has"),
    "cells as text": (put("populations/cells", np.array([b"a"] * 7)), "populations/cells is text; expected a whole"),
    "spikes of two dimensions": (
        put("spikes/raphe/timestamps", np.zeros((2, 2))),
        "spikes/raphe/timestamps .*no column",
    ),
    "values of two dimensions": (put("assays/value", np.zeros((2, 2))), "assays/value has 2 dimensions; expected 1"),
    "an hour that is no number": (
        changed("assays/hour", np.nan),
        r"assays/hour\[0\] is nan; expected a number, -24 to 24",
    ),
    "an attribute of several values": (
        attribute("/", "animal", np.arange(3)),
        "its attribute animal is no single value",
    ),
    "a text that is none": (attribute("/", "study", b"\xff\xfe"), r"its attribute study is .*; expected text"),
    "an animal before the first": (
        attribute("/", "animal", -1),
        "its attribute animal is -1; expected a whole number, 1",
    ),
    "facts that are a number": (put("provenance/facts", np.array(b"3", "S1")), "provenance/facts"),
    "an epoch out of order": (changed("epochs/start_ms", 1e9), r"epochs/(start|stop)_ms\[0\]"),
    "a window of no epoch": (changed("windows/epoch", 99), r"windows/epoch\[0\] is 99; expected the place of one of 3"),
    "a window too long": (
        changed("windows/stop", 50.0),
        r"windows/stop\[0\] is 50\.0; expected a time within its epoch",
    ),
    "a value of no epoch": (
        changed("assays/epochs", 4),
        r"assays/epoch\[0\] is -1; expected -1 where assays/epochs is 0",
    ),
    "a stimulus of no epoch": (changed("stimuli/epoch", 9), r"stimuli/epoch\[0\] is 9; expected the place of one of 3"),
    "a course that is not there": (
        changed("stimuli/course", 9),
        r"stimuli/course\[0\] is 9; expected the place of one",
    ),
    "an unknown stimulus": (changed("stimuli/kind", b"noise"), r"stimuli/kind\[0\] is 'noise'; expected one of"),
    "a letter of the terminal": (
        changed("epochs/label", b"\x1b[31m"),
        r"epochs/label\[0\] is .*expected text that can",
    ),
    "two populations of one name": (changed("populations/name", b"raphe"), 'populations/name has "raphe"'),
    "other counts": (
        changed("populations/spikes", 7),
        r"spikes/\w+ has \d+ spikes in epoch 0; populations/spikes says 7",
    ),
    "hours that run back": (changed("slow_state/hours", 900.0), r"slow_state/hours\[1\] is .*no time before"),
    "a concentration below 0": (
        changed("epochs/noradrenaline_forebrain_nanomolar", -2.0),
        r"\[0\] is -2\.0; expected 0 or",
    ),
    "a unit of a column": (attribute("slow_state/sensitisation_ipsi", "unit", "miles"), "the unit 'miles'; expected"),
    "a cell that is no number": (put("cells/raphe", np.zeros(40)), "cells/raphe is no table of 30 rows"),
}


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_what_cannot_be_is_named_though_every_checksum_fits(whole: Path, tmp_path: Path, kind: str) -> None:
    change, words = IMPOSSIBLE[kind]
    path = tmp_path / "a.h5"
    path.write_bytes(whole.read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
        reseal(file)
    add_whole_trailer(path)
    assert not faults_of(path)
    with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}"):
        read_all(path)


def test_every_column_of_a_file_is_in_the_schema(whole: Path) -> None:
    """Columns of the schema and columns of a file are the same; what a group has besides has no name of its own."""
    arrays = read_arrays(whole)
    for group, columns in FILE_COLUMNS.items():
        assert set(columns) <= set(arrays[group]) or group in OPTIONAL_GROUPS
    assert {assay.unit for assay in ASSAYS.values()} <= FILE_UNITS


def test_frames_and_single_spikes_are_held_to_it_too(tmp_path: Path) -> None:
    out = write_study(tmp_path, ARMS[:1], 1, (0, 14))
    path = animal_path(out, ARMS[0].name, 1)
    with h5py.File(path, "r+") as file:
        times = file["spikes/raphe/timestamps"]
        times[0] = times[-1] + 1.0
        reseal(file)
    add_whole_trailer(path)
    study = open_study(out)
    for read in (
        lambda: study.spikes(population="raphe"),
        lambda: read_spikes(path, "raphe", "rest day 0"),
        lambda: study.measures(["rate"], population="raphe"),
    ):
        with pytest.raises(UserError, match=rf"^{path}: .*spikes/raphe/timestamps\[1\] is"):
            read()


def read_all(path: Path) -> None:
    """Read every column, and every spike."""
    read_arrays(path)
    read_animal(path)


def without_trailer(whole: Path) -> bytes:
    content = whole.read_bytes()
    return content[: content.index(b"\n# bluespot: first byte")]


@pytest.mark.parametrize("what", ["crashes", "never comes back", "takes too much"])
def test_hdf5_may_do_what_it_likes_over_a_file_without_a_trailer(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The process that looks first crashes, or takes more processor time than a file may; the next file has another."""
    path, good = tmp_path / "a.h5", tmp_path / "good.h5"
    for each in (path, good):
        each.write_bytes(without_trailer(whole))
    does = {
        "crashes": ("os.kill(os.getpid(), 11)", r"HDF5 crashes over its structure \(SIGSEGV\)"),
        "never comes back": ("all(iter(int, 1)) or [0 for _ in iter(int, 1)]", "HDF5 does not come to an end"),
        "takes too much": ("sys.exit(3)", "cannot be looked at in a process of its own, which ended with status 3"),
    }[what]
    line = f"'a.h5' in str(path) and ({does[0]})"
    code = (
        "import json, os, sys; sys.path[:] = json.loads(sys.argv[1]); from results.files import looking, opening; "
        f"look = opening._look_at_animal; looking._SECONDS = 0; "
        f"looking.answer_questions(dict(animal=lambda path, name: ({line}) or look(path, name)), sys.stdin, sys.stdout)"
    )
    monkeypatch.setattr(looking, "_CODE", code)
    looking._LOOKERS.pop(os.getpid(), None)
    with pytest.raises(UserError, match=rf"^{path}: .*{does[1]}"):
        read_animal(path)
    assert read_animal(good).animal == 1
    looking._end()


def test_a_flipped_bit_of_a_file_without_a_trailer_ends_no_process(whole: Path, tmp_path: Path) -> None:
    """In steps over the whole file; one of some thousand such files lets HDF5 crash."""
    content = without_trailer(whole)
    for k, place in enumerate(range(0, len(content), len(content) // 40)):
        path = tmp_path / f"{k}.h5"
        flipped = bytearray(content)
        flipped[place] ^= 1 << (k % 8)
        path.write_bytes(flipped)
        assert not refusal(path) or refusal(path).startswith(f"{path}: it is ")
        path.unlink()


def test_the_process_that_looks_ends_with_ours(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_bytes(without_trailer(whole))
    code = (
        "import sys; from results.files import looking; from results.files.store import read_animal; "
        "read_animal(sys.argv[1]); print(next(iter(looking._LOOKERS.values())).pid)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    looker = int(done.stdout)
    for _ in range(200):
        if not runs(looker):
            break
        time.sleep(0.1)
    assert not runs(looker)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().split()[2] in "ZX")  # dead, and not yet asked for


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.h5")
    for read in (read_animal, inspect):
        with pytest.raises(UserError, match=r"a\.h5: it is no regular file"):
            read(tmp_path / "a.h5")


def test_readers_need_little_memory_for_what_a_file_claims(whole: Path, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = tmp_path / "a.h5"
    path.write_bytes(whole.read_bytes())
    with h5py.File(path, "r+") as file:
        del file["slow_state/hours"]
        file["slow_state"].create_dataset("hours", (2**33,), "f8", chunks=(2**20,), compression="gzip")
    for read in READERS.values():
        with pytest.raises(UserError, match="slow_state/hours"):
            read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
