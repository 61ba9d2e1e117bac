"""One analysis of a study: tables, and sentences that say what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.tables import Table


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
    decimals = max(0, digits - 1 - int(np.floor(np.log10(abs(value)))))
    return f"{value:.{decimals}f}"


def interval(value: float, low: float, high: float, ends: Sequence[str] = ("?", "?")) -> str:
    """`4.56 [1.2, 7.8]`; `ends` stand for an end that is not finite."""
    texts = (number(end) if np.isfinite(end) else other for end, other in zip((low, high), ends, strict=True))
    return f"{number(value)} [{', '.join(texts)}]"
