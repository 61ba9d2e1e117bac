"""All that is read from a user, with pieces changed at random: each input is taken, or told in a `UserError`.

The inputs are made from right ones: files that come along, words of commands, quantities. A change takes a piece out,
doubles it, puts another one in its place, or writes one that is seldom right. Nothing is simulated.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from brian2.units import msecond

from core.doses import parse_dose
from core.errors import UserError
from core.quantities import read_quantity
from core.schedules import read_every
from drugs import DRUGS, duloxetine
from experiments.commands.command_line import main
from experiments.evidence.calibration import read_calibration
from experiments.evidence.finding import read_finding
from experiments.evidence.question import read_question
from experiments.laboratory import stimuli
from experiments.protocol.drug_file import parse_drug, write_drug
from experiments.protocol.extensions.parsing import parse_extension
from experiments.protocol.study_file import parse_study
from experiments.protocol.toml_text import read_tables, toml_text
from results.own_data.reading import read_own_data

#: No input may take longer (s of processor time).
LONGEST = 2.0
_EXPERIMENTS = Path(__file__).parents[1] / "experiments"
#: Pieces that are seldom right where they stand.
ODD = (
    *("", "0", "-1", "1e999", "-0.0", "nan", "inf", "9" * 30, "0x10", "1_000", "true", "1979-05-27", "07:32:00"),
    *('"', "'", '"""', "\\", "[", "]", "{}", "[[]]", "=", ",", "#", "\n", "\r", "\t", "\0", "\x1b[31m", "\x7f", "\x85"),
    *("\ufeff", "\u202e", "\u00b5", "\u03bc", "\u0663", "\u00bd", "\ud800", "\U0001f400", "e\u0301", "%s"),
    *("{0}", "$HOME"),
    *("../..", "/", "~", "/dev/null", "CON", "-", "--", "mg/kg", "10 mg/kg", "1e308 mg/kg", "vehicle", "ligated", "@0"),
    *("None", "[1, 2]", '"x"', '{ a = { b = [{ c = "d" }] } }', "*" * 300, "s.c.", "day", "hour", "-1e-320", "0.1 ms"),
)  # fmt: skip
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")


def mutated(text: str, others: Sequence[str], pick: random.Random) -> str:
    """The text with one to four changes; others: texts from which a piece may come."""
    pieces = _PIECE.findall(text)
    for _ in range(pick.choice((1, 1, 1, 2, 2, 3, 4))):
        k = pick.randrange(len(pieces) + 1)
        stop = k + pick.choice((1, 1, 1, 1, 2, 5, 20))
        kind = pick.randrange(6)
        if kind == 0:
            pieces[k:stop] = [pick.choice(ODD)]
        elif kind == 1:
            pieces[k:k] = [pick.choice(ODD)]
        elif kind == 2:
            del pieces[k:stop]
        elif kind == 3:
            pieces[k:k] = pieces[k:stop]
        elif kind == 4:
            other = pick.choice(others)
            begin = pick.randrange(len(other) + 1)
            pieces[k:stop] = _PIECE.findall(other[begin : begin + pick.choice((3, 10, 40))])
        elif pieces:
            k = min(k, len(pieces) - 1)
            at = pick.randrange(len(pieces[k]) + 1)
            letter = pick.choice((chr(pick.randrange(1, 0x300)), ""))
            pieces[k] = pieces[k][:at] + letter + pieces[k][at + 1 :]
    return "".join(pieces)


@dataclass(frozen=True)
class Target:
    """Something that is read from a user.

    `right` gives inputs that are right, each a text; `read` reads one, and may write into the folder only. Words of a
    command line are separated by newlines. seldom: only one in so many inputs is tried, because one takes long.
    """

    name: str
    right: Callable[[], Sequence[str]]
    read: Callable[[str, Path], object]
    seldom: int = 1


def _texts(pattern: str) -> Callable[[], Sequence[str]]:
    return cache(lambda: [path.read_text("utf-8") for path in sorted(_EXPERIMENTS.glob(pattern))])


def _from_file(read: Callable[[Path], object], name: str) -> Callable[[str, Path], object]:
    def written(text: str, folder: Path) -> object:
        path = folder / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return read(path)

    return written


def _study(text: str, folder: Path) -> None:
    """Read a study; what is taken reads back the same."""
    found = parse_study(text, "study.toml", folder=folder)
    assert parse_study(found.to_toml(), folder=folder) == found


@cache
def _treatments() -> Sequence[str]:
    """A small study for each treatment of the bundled ones, and for schedules that none of them has."""
    studies = (tomllib.loads(path.read_text("utf-8")) for path in sorted(_EXPERIMENTS.glob("studies/*.toml")))
    given = [table for study in studies for arm in study["arms"] for table in arm.get("treatments", ())]
    some = {"drug": "duloxetine", "dose": "10 mg/kg", "route": "p.o.", "from_day": 1, "until_day": 9}
    given += [some | {"schedule": each} for each in ("every 8 h", "every 2 days", "twice daily", "drinking water")]
    given += [some | {"schedule": "minipump", "route": "s.c.", "dose": "5 mg/kg/day", "hour": 2.0, "missed_days": [3]}]
    steps = [{"from_day": 1, "dose": "1 mg/kg"}, {"from_day": 4, "dose": "3 mg/kg"}]
    given += [{"drug": "duloxetine", "route": "s.c.", "steps": steps, "until_day": 9}]
    head: dict[str, Any] = {"name": "x", "animals": 1, "last_day": 28, "assays": [{"assay": "pinch", "days": [1]}]}
    texts = (toml_text(head | {"arms": [{"circuit": "ligated", "treatments": [table]}]}) for table in given)
    return list(dict.fromkeys(texts))


def _numbers(text: str, _: Path) -> None:
    """All that reads a number with a unit, or a schedule."""
    errors = [_told(read, text) for read in (_quantity, _time, parse_dose, read_every, _regimen)]
    if not any(error is None for error in errors):
        raise UserError("; ".join(map(str, errors)))


def _told(read: Callable[[str], object], text: str) -> UserError | None:
    try:
        read(text)
    except UserError as error:
        return error
    return None


def _quantity(text: str) -> object:
    return read_quantity(text, 1.0 * msecond)


def _time(text: str) -> object:
    return stimuli.rest(text)


def _regimen(text: str) -> object:
    return duloxetine.daily(text, route="s.c.", from_day=1)


NUMBERS = (
    *("10 mg/kg", "30 ug", "5 umol/kg", "2 mg/rat", "5 mg/kg/day", "10 mg kg-1", "0.1 mg/kg/h", "297.4 g/mol"),
    *("500 ms", "1.5 s", "2 min", "3", "0.25", "every 8 hours", "every 12 h", "every 2 days", "twice daily", "b.i.d."),
)

CALLS = (
    "pinch\nipsi\nseconds=1.0 s\nbefore=0.5 s",
    "filament\nipsi\n15 g\nseconds=2 s\nafter=0.5 s",
    "press\ncontra\n800 mN\nseconds=1 s",
    "ramp\nipsi\n20 g/s\ncut_off=200 g",
    "brush\nipsi\nseconds=2.0 s",
    "heat\nipsi\n48 degC\nseconds=3 s",
    "capsaicin\nseconds=2 s",
    "electric\nipsi\nat=0.5 s\nstrength=3",
    "rest\n3 s",
)


def _stimulus(text: str, _: Path) -> object:
    """A call of a function for stimuli; what is a number in Python is given as one."""
    name, *given = text.split("\n")
    if name not in stimuli.__all__ or name == "together":
        raise UserError("no stimulus of words and numbers")
    named = {key: _plain(value) for key, _, value in (each.partition("=") for each in given) if value}
    try:
        return getattr(stimuli, name)(*(_plain(each) for each in given if "=" not in each), **named)
    except TypeError as error:
        if "argument" in str(error) and f"{name}()" in str(error):
            raise UserError("no such argument") from None  # Python's own word to who calls a function wrongly
        raise


def _plain(word: str) -> str | float:
    try:
        return float(word)
    except ValueError:
        return word


CHOICES = ("ipsi_projection\nv", "raphe\nv\n0\n1", "dorsal_horn_ipsi\nalpha2A", "ipsi_vertical\nv\n2", "a11\nw")


@cache
def _structure() -> Any:
    from circuits import ligated
    from circuits.structure import structure

    return structure(ligated, 0.1)


def _choice(text: str, _: Path) -> object:
    """What is to be recorded, as `Animal.epoch` is given it."""
    from experiments.laboratory.traces import channels

    name, variable, *cells = text.split("\n") if "\n" in text else (text, "v")
    numbers: list[Any] = [int(each) if re.fullmatch(r"-?[0-9]{1,30}", each) else each for each in cells]
    record: Mapping[str, Any] = {name: {variable: numbers} if cells else [variable]}
    return channels(_structure(), record)


OWN_DATA = (
    "# source: mine\narm,day,value,animal\nligated-vehicle,14,47.5,1\nligated-vehicle,14,51,2\nsham-vehicle,14,90,1\n",
    "arm,day,assay,mean,sem,n\nligated-vehicle,14,paw_pressure,47.5,3.1,8\nsham-vehicle,14,paw_pressure,90,4,8\n",
    "day;ligated-vehicle 1;ligated-vehicle 2;sham-vehicle 1\n1;80,5;90;95\n14;40;41,5;94\n",
)
#: Right command lines; folders and files that are named are not there.
_COMMANDS = """
studies | studies quick-look | assays --json | switches | extensions | manipulations | drugs | --version
drugs show duloxetine | drugs show clonidine --json | drugs export duloxetine --name mine --out m.toml
validate quick-look | validate ligation-vs-sham --json | validate quick-look --animals 4 --size 0.5 --seed 3
parameters --like capacitance | inspect none.h5 | verify none | compare none other --out here
report none --out here.html
export none --csv csv | figure raster none --out a.png | diff sham ligated --json | assays --with hot_plate
rerun none --out again | evidence --list | calibrate --list | sensitivity --list | run quick-look --animals 2 --out x
"""
COMMANDS = tuple("\n".join(line.split()) for each in _COMMANDS.strip().split("\n") for line in each.split("|"))
#: Commands that may simulate where they are asked for nothing that is wrong.
_SIMULATE = ("run", "evidence", "calibrate", "sensitivity", "attribute", "benchmarks", "rerun", "model")


def _command(text: str, folder: Path) -> None:
    """A command line; in the folder, without what it prints."""
    words = text.split("\n")
    if any("\0" in word for word in words):
        raise UserError("no system hands such a word to a program")
    words = [word.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape") for word in words]
    if set(words) & set(_SIMULATE):
        words.append("--no-such-option")
    before = Path.cwd()
    told = io.StringIO()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
            status = main(words)
    finally:
        os.chdir(before)
    if status == 2:
        if not told.getvalue().startswith("error: "):
            raise AssertionError(f"exit status 2 without a line: {told.getvalue()!r}")
        raise UserError(told.getvalue())
    if status and (words[0], status) != ("verify", 1):
        raise AssertionError(f"exit status {status}: {told.getvalue()!r}")


TARGETS = (
    Target("quantities, doses and schedules", lambda: NUMBERS, _numbers),
    Target("stimuli", lambda: CALLS, _stimulus),
    Target("choices of what is recorded", lambda: CHOICES, _choice),
    Target("study file", _texts("studies/*.toml"), _study),
    Target("treatment and schedule of a study", _treatments, _study),
    Target("drug file", cache(lambda: [write_drug(drug) for drug in DRUGS.values() if not drug.inert]),
           lambda text, _: parse_drug(read_tables(text, "a.toml"), "a.toml")),
    Target("file of an extension, an injury or an assay", _texts("laboratory/extensions/*.toml"),
           lambda text, _: parse_extension(text, "a.toml", "a.toml")),
    Target("file of a finding", _texts("evidence/findings/*.toml"), _from_file(read_finding, "a.toml")),
    Target("file of a calibration", _texts("evidence/calibrations/*.toml"), _from_file(read_calibration, "a.toml")),
    Target("file of a hypothesis", _texts("evidence/hypotheses/*.toml"), _from_file(read_question, "a.toml")),
    Target("table of own data", lambda: OWN_DATA, _from_file(read_own_data, "a.csv")),
    Target("command line", lambda: COMMANDS, _command, 10),
)  # fmt: skip


def fault_of(target: Target, text: str, folder: Path) -> str:
    """What is wrong with what came of an input; "" where it was taken or told."""
    began = time.process_time()
    with _written_elsewhere(folder) as elsewhere, _ended_after(5 * LONGEST):
        try:
            target.read(text, folder)
            fault = ""
        except UserError as error:
            fault = "" if str(error).strip() else "told without a word"
        except Exception as error:
            fault = f"{type(error).__name__}: {error!s:.200}"
    if time.process_time() - began > LONGEST:
        fault = fault or f"it took {time.process_time() - began:.1f} s"
    return fault or (f"wrote {elsewhere[0]}" if elsewhere else "")


class _EndlessError(Exception):
    """An input does not come to an end."""


@contextlib.contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    def end(*_: object) -> None:
        raise _EndlessError(f"no end within {seconds:g} s")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link", "os.symlink")
_watched: list[tuple[Path, list[str]]] = []


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if not _watched or (event != "open" and event not in _CHANGES):
        return
    writes = event != "open" or (isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if not writes or not isinstance(given[0], str | bytes | os.PathLike):
        return
    folder, found = _watched[-1]
    path = os.path.abspath(os.fsdecode(given[0]))
    if not f"{path}/".startswith((f"{folder}/", "/dev/")) and "__pycache__" not in path:
        found.append(f"{event} {path}")


@cache
def _listen() -> None:
    sys.addaudithook(_heard)


@contextlib.contextmanager
def _written_elsewhere(folder: Path) -> Iterator[list[str]]:
    """Collect files outside the folder that are written, made, renamed or removed meanwhile; byte code is not told."""
    _listen()
    found: list[str] = []
    _watched.append((folder.resolve(), found))
    try:
        yield found
    finally:
        _watched.pop()


def fuzzed(target: Target, count: int, folder: Path, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(input, what is wrong with what came of it) of so many inputs, the same for the same seed."""
    pick, right = random.Random(f"{seed} {target.name}"), target.right()
    for _ in range(-(-count // target.seldom)):
        text = mutated(pick.choice(right), right, pick)
        yield repr(text), fault_of(target, text, folder)
