"""Every column of an animal's file: its kind, its shape, the numbers or words that it may have, its unit.

`results.files.store` says what each means. `results.files.schema.checking` holds a file to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from core.days import FIRST_POSSIBLE_DAY, HOURS_PER_DAY, LAST_POSSIBLE_DAY
from core.stimulus_course import STRENGTH_UNITS
from core.vocabulary import SIDES


class Kind(StrEnum):
    """What the values of a column are, in words."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    FLAG = "true or false"


#: Kinds of NumPy's types that a column may have; texts are read as objects.
TYPES_OF_KINDS = {Kind.TEXT: "O", Kind.NUMBER: "f", Kind.WHOLE: "iu", Kind.FLAG: "b"}
#: Every unit that a column or a value of an assay is told in.
FILE_UNITS = frozenset(
    {
        *("", "1", "%", "% of basal", "spikes", "g", "degC", "mN", "V", "mV", "A", "nA", "pA", "S", "nS", "uS"),
        *("F", "nF", "pF", "Hz", "1/s", "M", "mM", "uM", "nM", "s", "ms", "min", "h", "d", "mV/s", "ug", "mg/kg"),
    }
)
#: A column in one of these cannot be below 0, but for the last digits of a sum.
NEVER_NEGATIVE = frozenset({"Hz", "nM", "uM", "mM"})
ROUNDING = 1e-9
#: Seconds that one epoch may last at most: a day.
_LONGEST_EPOCH = 86_400.0
_HOURS = HOURS_PER_DAY * FIRST_POSSIBLE_DAY, HOURS_PER_DAY * (LAST_POSSIBLE_DAY + 1)
_OF_AN_INJECTION = HOURS_PER_DAY * (LAST_POSSIBLE_DAY - FIRST_POSSIBLE_DAY)


@dataclass(frozen=True)
class Column:
    """What one column may hold.

    Attributes
    ----------
    kind
        Of its values.
    shape
        What its axes count; columns with one axis in common are as long as one another.
    low, high
        The lowest and highest number.
    unknown
        Whether a number may be NaN, for what is not known.
    endless
        Whether a number may be infinite, as the upper edge of the last band of strengths.
    words
        The texts that it may have; None for all that can be printed.
    since
        Version of the format that has it first.
    """

    kind: Kind
    shape: tuple[str, ...]
    low: float = -inf
    high: float = inf
    unknown: bool = False
    endless: bool = False
    words: frozenset[str] | None = None
    since: int = 1

    @property
    def allowed(self) -> str:
        """What may stand in it, in words."""
        if self.words is not None:
            return "one of " + ", ".join(f'"{word}"' for word in sorted(self.words))
        if self.kind == Kind.TEXT:
            return "text that can be printed"
        if self.kind == Kind.FLAG:
            return str(self.kind)
        bounds = f", {self.low:g} to {self.high:g}" if self.high < inf else f", {self.low:g} or more"
        told = f"a {self.kind}{bounds}" if self.low > -inf else f"a finite {self.kind}"
        return told + (", or NaN" if self.unknown else "")


_SIDES = frozenset({"", "both", *SIDES})
_UNITS = frozenset({"", *STRENGTH_UNITS.values()})
#: Places and numbers are kept in 4 bytes.
_MOST = 2.0**31

_EPOCHS = {
    "label": Column(Kind.TEXT, ("epochs",)),
    "purpose": Column(Kind.TEXT, ("epochs",)),
    "hours": Column(Kind.NUMBER, ("epochs",), *_HOURS),
    "seconds": Column(Kind.NUMBER, ("epochs",), 0.0, _LONGEST_EPOCH),
    "day": Column(Kind.NUMBER, ("epochs",), FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY + 1),
    "start_ms": Column(Kind.NUMBER, ("epochs",), 0.0),
    "stop_ms": Column(Kind.NUMBER, ("epochs",), 0.0),
    "phase": Column(Kind.TEXT, ("epochs",), since=2),
    "side": Column(Kind.TEXT, ("epochs",), words=_SIDES, since=2),
    "stimulus": Column(Kind.TEXT, ("epochs",), since=2),
    "strength": Column(Kind.NUMBER, ("epochs",), 0.0, since=2),
    "unit": Column(Kind.TEXT, ("epochs",), words=_UNITS, since=2),
    "onset": Column(Kind.NUMBER, ("epochs",), 0.0, _LONGEST_EPOCH, since=2),
    "dose_hours": Column(Kind.NUMBER, ("epochs",), 0.0, _OF_AN_INJECTION, unknown=True, since=2),
}
_WINDOWS = {
    "epoch": Column(Kind.WHOLE, ("windows",), 0, _MOST, since=2),
    "part": Column(Kind.TEXT, ("windows",), words=frozenset({"rest", "before", "during", "after"}), since=2),
    "unit": Column(Kind.TEXT, ("windows",), words=_UNITS, since=2),
    "start": Column(Kind.NUMBER, ("windows",), 0.0, _LONGEST_EPOCH, since=2),
    "stop": Column(Kind.NUMBER, ("windows",), 0.0, _LONGEST_EPOCH, since=2),
    "low": Column(Kind.NUMBER, ("windows",), 0.0, since=2),
    "high": Column(Kind.NUMBER, ("windows",), 0.0, endless=True, since=2),
}
_STIMULI = {
    "kind": Column(Kind.TEXT, ("courses",), words=frozenset(STRENGTH_UNITS), since=2),
    "side": Column(Kind.TEXT, ("courses",), words=frozenset({"", *SIDES}), since=2),
    "unit": Column(Kind.TEXT, ("courses",), words=_UNITS, since=2),
    "bins": Column(Kind.WHOLE, ("courses",), 0, _MOST, since=2),
    "values": Column(Kind.NUMBER, ("bins",), 0.0, since=2),
    "epoch": Column(Kind.WHOLE, ("stimulated",), 0, _MOST, since=2),
    "course": Column(Kind.WHOLE, ("stimulated",), 0, _MOST, since=2),
}
_POPULATIONS = {
    "name": Column(Kind.TEXT, ("populations",)),
    "cells": Column(Kind.WHOLE, ("populations",), 1, 2.0**32),
    "spikes": Column(Kind.WHOLE, ("populations", "epochs"), -1, _MOST),
    "window_spikes": Column(Kind.WHOLE, ("populations", "windows"), -1, _MOST, since=2),
    "window_cells": Column(Kind.WHOLE, ("populations", "windows"), -1, _MOST, since=2),
}
_ASSAYS = {
    **{name: Column(Kind.TEXT, ("assays",)) for name in ("assay", "name", "phase")},
    "side": Column(Kind.TEXT, ("assays",), words=_SIDES),
    "unit": Column(Kind.TEXT, ("assays",), words=FILE_UNITS),
    "value": Column(Kind.NUMBER, ("assays",), unknown=True),
    "day": Column(Kind.WHOLE, ("assays",), FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY),
    "hour": Column(Kind.NUMBER, ("assays",), -HOURS_PER_DAY, HOURS_PER_DAY),
    "censored": Column(Kind.FLAG, ("assays",)),
    "epoch": Column(Kind.WHOLE, ("assays",), -1, _MOST, since=2),
    "epochs": Column(Kind.WHOLE, ("assays",), 0, _MOST, since=2),
}
#: Of files in which something is flagged only.
_FLAGS = {
    "what": Column(Kind.TEXT, ("flags",), words=frozenset({"above 300 Hz", "not a number", "stuck"}), since=2),
    "name": Column(Kind.TEXT, ("flags",), since=2),
    "epoch": Column(Kind.WHOLE, ("flags",), -1, _MOST, since=2),
    "value": Column(Kind.NUMBER, ("flags",), unknown=True, endless=True, since=2),
}
#: Groups that a file need not have.
OPTIONAL_GROUPS = frozenset({"flags"})
#: Group -> its columns by name.
FILE_COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "epochs": _EPOCHS,
    "windows": _WINDOWS,
    "stimuli": _STIMULI,
    "populations": _POPULATIONS,
    "assays": _ASSAYS,
    "flags": _FLAGS,
    "slow_state": {"hours": Column(Kind.NUMBER, ("moments of the slow state",), *_HOURS)},
    "concentrations": {"hours": Column(Kind.NUMBER, ("moments of concentrations",), *_HOURS)},
}
#: Group -> what its other columns may hold, whatever they are called; those of other groups are none of ours.
OTHERS: Mapping[str, Column] = {
    "epochs": Column(Kind.NUMBER, ("epochs",), unknown=True),
    "slow_state": Column(Kind.NUMBER, ("moments of the slow state",)),
    "concentrations": Column(Kind.NUMBER, ("moments of concentrations",)),
}
#: Versions of the format in which a group is there.
GROUP_SINCE = {name: min(column.since for column in columns.values()) for name, columns in FILE_COLUMNS.items()}
