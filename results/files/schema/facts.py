"""What an animal's file tells besides its columns: the attributes of the file, and facts in JSON."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5g

from core.days import FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY
from core.limits import LARGEST_SIZE, MOST_ANIMALS
from results.files.bounds import DamagedError
from results.files.schema.checking import shown

#: Attribute of the file -> lowest and highest number; those that are missing here are texts.
_NUMBERS = {
    "animal": (1, MOST_ANIMALS),
    "format_version": (1, 10_000),
    "first_day": (FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY),
}


def read_attribute(owner: h5g.GroupID, name: str) -> str | int:
    """One attribute of an open file as a text or a whole number; DamagedError where it is missing or cannot be so."""
    raw = name.encode()
    if not h5a.exists(owner, raw):
        raise DamagedError(f"its attribute {name} is missing")
    attribute = h5a.open(owner, raw)
    if attribute.shape != ():
        raise DamagedError(f"its attribute {name} is no single value; expected {_allowed(name)}")
    found = np.empty((), attribute.dtype)
    attribute.read(found)
    value: Any = found.tolist()
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        if type(value) is not int or not low <= value <= high:
            raise DamagedError(f"its attribute {name} is {shown(value)}; expected {_allowed(name)}")
        return value
    with contextlib.suppress(UnicodeDecodeError):
        text = value.decode() if isinstance(value, bytes) else value
        if isinstance(text, str) and text.isprintable():
            return text
    raise DamagedError(f"its attribute {name} is {shown(value)}; expected {_allowed(name)}")


def read_attributes_of(file: h5py.File, names: tuple[str, ...]) -> dict[str, Any]:
    """Some attributes of an open file by name; DamagedError as `read_attribute`."""
    owner = h5g.open(file.id, b"/")
    return {name: read_attribute(owner, name) for name in names}


def _allowed(name: str) -> str:
    if name in _NUMBERS:
        low, high = _NUMBERS[name]
        return f"a whole number, {low} to {high}"
    return "text that can be printed"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_tables(value: object) -> bool:
    """Kinds of manipulations, each a list of tables."""
    if not isinstance(value, dict):
        return False
    return all(isinstance(each, list) and all(isinstance(item, dict) for item in each) for each in value.values())


#: Fact -> whether a value can be one, and what is expected, in words. Others may be anything.
_FACTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("study", "study_toml", "fingerprint", "model", "bluespot_version", "compiler", "ranges"), (_is_text, "a text")
    ),
    **dict.fromkeys(("brian2_version", "numpy_version", "scipy_version"), (_is_text, "a text")),
    **dict.fromkeys(("doses", "switch_off", "flags"), (_is_texts, "a list of texts")),
    **dict.fromkeys(
        ("arm", "set", "variability", "numerics"),
        (lambda value: isinstance(value, dict), "a table of names and values"),
    ),
    "manipulations": (_is_tables, "lists of tables by kind"),
    "seed": (lambda value: type(value) is int and 0 <= value < 2**63, "a whole number of 0 or more, below 2^63"),
    "size": (
        lambda value: type(value) in (int, float) and 0 < value <= LARGEST_SIZE,
        f"a number above 0, up to {LARGEST_SIZE}",
    ),
}


def facts_of(text: str | bytes, where: str) -> dict[str, Any]:
    """The facts of a JSON text; DamagedError, beginning with `where`, for what cannot be facts of an animal."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise DamagedError(f"{where} is no JSON ({reason})") from error
    if not isinstance(facts, dict):
        raise DamagedError(f"{where} is {shown(facts)}; expected a table of names and values")
    for name, value in facts.items():
        fits, expected = _FACTS.get(name, (lambda _: True, ""))
        if not fits(value):
            raise DamagedError(f"{where}: {name} is {shown(value)}; expected {expected}")
    return facts


def read_text(file: h5py.File, name: str) -> str:
    """A dataset of one text; DamagedError where it is missing or something else."""
    found = file.get(name)
    if found is None:
        raise DamagedError(f"{name} is missing")
    if not isinstance(found, h5py.Dataset) or found.shape != () or h5py.check_string_dtype(found.dtype) is None:
        raise DamagedError(f"{name} is no single text")
    try:
        return str(found.asstr("utf-8")[()])
    except UnicodeDecodeError as error:
        raise DamagedError(f"{name} is no text in UTF-8 ({error.reason})") from error
