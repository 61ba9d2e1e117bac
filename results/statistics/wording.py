"""Numbers as a paper prints them: p values, F statistics, intervals, and names of measures and days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.days import HOURS_PER_DAY

#: A smaller p is told as smaller than this.
LEAST_P = 0.0001


def p_text(p: float) -> str:
    """`p = 0.012`, `p < 0.0001`; `no p` where no test was made."""
    if not np.isfinite(p):
        return "no p"
    return f"p < {LEAST_P:.4f}" if p < LEAST_P else f"p = {p:.2g}" if p < 0.1 else f"p = {p:.2f}"


def interval_text(value: float, low: float, high: float) -> str:
    """`118 [110, 126]`, with decimals so that the largest number has three digits; `-` without a number."""
    numbers = [number for number in (value, low, high) if np.isfinite(number)]
    if not np.isfinite(value):
        return "-"
    largest = max(map(abs, numbers))
    decimals = int(np.clip(2 - np.floor(np.log10(largest)), 0, 6)) if largest > 0 else 1
    texts = [f"{number:z.{decimals}f}" for number in numbers]
    return texts[0] if len(texts) < 3 else f"{texts[0]} [{texts[1]}, {texts[2]}]"


def measure_text(name: str, side: str, unit: str) -> str:
    """`paw pressure threshold, ipsi (g)`."""
    return f"{', '.join(filter(None, (name.replace('_', ' '), side)))} ({unit})"


def days_text(hours: Sequence[float]) -> str:
    """`days 14 to 28`, `day 14`."""
    first, last = (int(np.floor(one / HOURS_PER_DAY)) for one in (min(hours), max(hours)))
    return f"day {first}" if first == last else f"days {first} to {last}"
