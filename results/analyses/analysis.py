"""What every analysis of a study gives: tables, and sentences that say what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from results.comparison.frames import json_records
from results.statistics.intervals import Estimate

#: Outcome of an effect whose interval holds 0: the animals measured do not show one, which is not to say there is none.
NOT_FROM_ZERO = "effect not distinguishable from zero"
#: Share of the largest number of an interval below which a number is what rounding leaves of 0.
ROUNDED_TO_ZERO = 1e-9


@dataclass(frozen=True)
class Analysis:
    """The result of one analysis.

    Attributes
    ----------
    name
        As a study asks for it, such as "dose-response".
    title
        Heading of the sentences in the report.
    tables
        Name of a file without ending -> table.
    sentences
        What was found, one line each.
    """

    name: str
    title: str
    tables: Mapping[str, pd.DataFrame]
    sentences: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """JSON-ready dict of title, sentences and tables; NaN becomes None."""
        tables = {name: json_records(table) for name, table in self.tables.items()}
        return {"title": self.title, "sentences": list(self.sentences), "tables": tables}


def not_from_zero(effect: Estimate) -> str:
    """The words for an effect whose interval holds 0, with n, and the n that would tell an effect of that size.

    `effect not distinguishable from zero (n = 3; of this size and spread 8 would show it)`: with a power of 80 %.
    """
    from results.statistics.sample_sizes import least_pairs

    needed = np.nan
    if effect.n > 1 and effect.sem > 0:
        needed = float(least_pairs(np.array([effect.value / (effect.sem * np.sqrt(effect.n))]))[0])
    more = f"; of this size and spread {needed:.0f} would show it" if needed > effect.n else ""
    return f"{NOT_FROM_ZERO} (n = {effect.n}{more})"


def number(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits and no exponent: 0.0123, 4.56, 789; "?" for NaN."""
    if not np.isfinite(value) or value == 0:
        return "0" if value == 0 else "?"
    # From the rounded value: 9.996 has as many decimals as 10.0.
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
    return f"{value:.{max(0, digits - 1 - exponent)}f}"


def interval(value: float, low: float, high: float, ends: Sequence[str] = ("?", "?")) -> str:
    """`4.56 [1.2, 7.8]`; `ends` are the words for an end that is not finite. What rounding leaves of 0 is written 0."""
    largest = max((abs(each) for each in (value, low, high) if np.isfinite(each)), default=0.0)
    kept = [0.0 if abs(each) < ROUNDED_TO_ZERO * largest else each for each in (value, low, high)]
    texts = (number(end) if np.isfinite(end) else other for end, other in zip(kept[1:], ends, strict=True))
    return f"{number(kept[0])} [{', '.join(texts)}]"
