"""Assays in a Python file: the file is run once in each process, and its faults are told as mistakes of its lines."""

from __future__ import annotations

import hashlib
import linecache
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, wraps
from math import isfinite
from numbers import Real
from types import ModuleType
from typing import Any

from core.errors import UserError, unknown_name
from core.vocabulary import SIDES
from experiments.laboratory.assays import ASSAYS, Assay, Reading
from experiments.laboratory.bench import Bench
from experiments.protocol.extensions.assay_table import as_name
from experiments.protocol.extensions.extension_table import ProgramAssay
from experiments.protocol.schema import HERE
from results.files.schema.columns import FILE_UNITS
from results.files.schema.tables import DIFFERENCE, is_never_negative

Perform = Callable[[Bench, str], Iterator[Reading]]

#: What is raised by a slip in a program; anything else that comes up in an epoch is none of its own.
_SLIPS = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, TypeError, ValueError)
_FORM = 'expected Assay("my_assay", ("ipsi", "contra"), "Hz", seconds, epochs, "what is done", perform)'


@cache
def assays_of_program(name: str, text: str) -> dict[str, Assay]:
    """The assays that a Python file makes, by name.

    Parameters
    ----------
    name, text : str
        The name of the file, and what is in it.

    Raises
    ------
    UserError
        Where it cannot be run, holds no assay, or one that cannot be.
    """
    made = [
        value
        for value in vars(_run(name, text)).values()
        if isinstance(value, Assay) and value is not ASSAYS.get(value.name)
    ]
    found: dict[str, Assay] = {}
    for assay in made:
        if any(assay is other for other in found.values()):
            continue
        _check(assay, name)
        if assay.name in found:
            raise UserError(f'{name}: two assays are called "{assay.name}"; give each its own name.')
        found[assay.name] = assay
    if not found:
        raise UserError(f"{name}: no assay in it; {_FORM} as a name of the file.")
    return {each.name: replace(each, perform=_guarded(name, each)) for each in found.values()}


def told_assay(name: str, told: ProgramAssay) -> Assay:
    """An assay of a program that nobody has named: all but how it is done."""
    facts = {field: getattr(told, field) for field in type(told).model_fields}
    return Assay(**facts, perform=_Unnamed(name, told.name))


@dataclass(frozen=True)
class _Unnamed:
    """Stands for the function of an assay whose program must not be run."""

    file: str
    assay: str

    def __call__(self, bench: Bench, side: str) -> Iterator[Reading]:
        raise UserError(
            f'{self.file}: the assay "{self.assay}" is a program that came with a study, and nobody has named it; '
            f"look at it, then name its file: --with {self.file}."
        )


def _run(name: str, text: str) -> ModuleType:
    """The file as a module of its own; the same in every process, so that its numbers are found by its name."""
    digest = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    module = ModuleType(f"bluespot_extension_{digest}")
    module.__file__ = place = f"<{name} {digest}>"
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, place, "exec"), vars(module))
    except SyntaxError as error:
        raise UserError(f"{name}: line {error.lineno}: {error.msg}.") from None
    except ImportError as error:
        raise UserError(
            f"{_in_line(name, error)}: a file is carried alone; what it imports must be installed wherever it runs."
        ) from error
    except (Exception, SystemExit) as error:
        raise UserError(f"{_in_line(name, error)}.") from error
    return module


def _check(assay: Assay, name: str) -> None:
    """UserError for an assay that no study can use."""
    where = f"{name}: assay {assay.name!r}"
    try:
        as_name(str(assay.name))
    except Exception as error:
        raise UserError(f"{name}: {str(error).replace(HERE, 'name of an assay')}") from None
    wrong = [
        ("sides", not isinstance(assay.sides, tuple) or not set(assay.sides) <= set(SIDES), f"a tuple out of {SIDES}"),
        ("unit", assay.unit not in FILE_UNITS, f"one of {', '.join(sorted(FILE_UNITS - {''}))}"),
        ("seconds", not _is_number(assay.seconds) or not 0 < assay.seconds < 1e5, "simulated seconds above 0"),
        ("epochs", type(assay.epochs) is not int or assay.epochs < 1, "a whole number of 1 or more"),
        ("description", not isinstance(assay.description, str) or not assay.description, "what is done, in words"),
        ("perform", not callable(assay.perform), "a function of bench and side that yields readings"),
    ]
    lines = [f"{where}: {field} = {getattr(assay, field)!r}: expected {told}." for field, bad, told in wrong if bad]
    if lines:
        raise UserError("\n".join(lines))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _guarded(name: str, assay: Assay) -> Perform:
    """The assay's function; a slip in it is the user's, and its epochs and readings are those of an assay."""
    perform = assay.perform

    @wraps(perform)
    def guarded(bench: Bench, side: str) -> Iterator[Reading]:
        first = len(bench.records)
        try:
            readings = perform(bench, side)
            if not isinstance(readings, Iterable):
                raise UserError(f"its function returns {readings!r}; expected one that yields readings.")
            for reading in readings:
                _check_reading(reading)
                yield reading
        except UserError as error:
            raise UserError(f"{name}: assay {assay.name!r}: {error}") from None
        except _SLIPS as error:
            raise UserError(f"{_in_line(name, error)} (assay {assay.name!r}).") from error
        _check_labels([record.label for record in bench.records[first:]], f"{name}: assay {assay.name!r}", assay.name)

    return guarded


def _check_reading(reading: object) -> None:
    """UserError for a reading that no file of results can hold."""
    if not isinstance(reading, Reading):
        raise UserError(f"it yields {reading!r}; expected Reading(name, side, value, unit).")
    if not isinstance(reading.name, str) or not reading.name.isidentifier():
        raise UserError(f"a reading is called {reading.name!r}; expected letters, digits and _.")
    where = f"reading {reading.name}"
    if reading.side not in (*SIDES, ""):
        raise UserError(f"{where}: side = {reading.side!r}: expected one of {(*SIDES, '')}.")
    if reading.unit not in FILE_UNITS:
        raise unknown_name("unit", str(reading.unit), FILE_UNITS, where)
    if not _is_number(reading.value) or not isfinite(reading.value):
        raise UserError(f"{where}: value = {reading.value!r}: expected a finite number.")
    if reading.value < 0.0 and is_never_negative(reading.name, reading.unit):
        raise UserError(
            f"{where}: value = {reading.value:g} {reading.unit}: expected 0 or more, or a name that ends in "
            f'"{DIFFERENCE}".'
        )


def _check_labels(labels: list[str], where: str, name: str) -> None:
    """UserError for epochs of another name, by which results could not tell whose they are, or two of one name."""
    kinds = [label.partition("@")[0] for label in labels]
    for kind in kinds:
        if kind.split(":")[0] != name:
            raise UserError(f'{where}: bench.epoch("{kind}", ...): expected a purpose that begins with "{name}".')
    twice = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if twice is not None:
        raise UserError(f'{where}: two epochs are called "{twice}"; give each its own purpose, such as "{twice}:2".')


def _in_line(name: str, error: BaseException) -> str:
    """`hold.py: line 7: KeyError: 'ipsi'`, of the last line of the file that had a part in it."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(f"<{name} ")]
    line = f" line {frames[-1].lineno}:" if frames else ""
    told = " ".join(str(error).split())
    return f"{name}:{line} {type(error).__name__}: {told}".rstrip(": ")
