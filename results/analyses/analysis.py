"""One analysis of a study: tables, and sentences that say what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.tables import Table

#: Outcome of an effect whose interval holds 0: the animals measured do not show one, which is not to say there is none.
NOT_FROM_ZERO = "effect not distinguishable from zero"
#: Share of the largest number of an interval below which a number is what rounding leaves of 0.
ROUNDED_TO_ZERO = 1e-9


@dataclass(frozen=True)
class Analysis:
    """name: as a study asks for it. tables: by the names of their files. sentences: the findings, one line each."""

    name: str
    title: str
    tables: Mapping[str, Table]
    sentences: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As JSON has it, missing numbers as None."""
        tables = {name: table.records() for name, table in self.tables.items()}
        return {"title": self.title, "sentences": list(self.sentences), "tables": tables}


def number(value: float, digits: int = 3) -> str:
    """`value` with so many significant digits and no exponent: 0.0123, 4.56, 789."""
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else "?"
    # From the rounded value: 9.996 has as many decimals as 10.0.
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
    return f"{value:.{max(0, digits - 1 - exponent)}f}"


def interval(value: float, low: float, high: float, ends: Sequence[str] = ("?", "?")) -> str:
    """`4.56 [1.2, 7.8]`; `ends` stand for an end that is not finite. What is left of 0 by rounding is 0."""
    largest = max((abs(each) for each in (value, low, high) if np.isfinite(each)), default=0.0)
    kept = [0.0 if abs(each) < ROUNDED_TO_ZERO * largest else each for each in (value, low, high)]
    texts = (number(end) if np.isfinite(end) else other for end, other in zip(kept[1:], ends, strict=True))
    return f"{number(kept[0])} [{', '.join(texts)}]"
