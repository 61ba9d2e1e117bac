"""Hours from surgery, in which results are kept, and the day and hour of that day, in which studies are written."""

from __future__ import annotations

from math import floor

HOURS_PER_DAY = 24.0
#: First and last day that a study or a regimen can name: a rat lives about three years.
FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY = -1000, 1000
#: Times that lie closer than this (hours; 4 ms) are one time, written in two ways.
SAME_HOUR = 1e-6


def hours_from_surgery(day: float, hour: float = 0.0) -> float:
    """Hours from the start of day 0, the day of surgery, to `hour` of `day`."""
    return HOURS_PER_DAY * day + hour


def day_and_hour(hours: float) -> tuple[int, float]:
    """(day, hour of that day) of a time in hours from surgery; day -1 is the one before surgery."""
    day = floor(hours / HOURS_PER_DAY)
    return day, hours - HOURS_PER_DAY * day
