"""Schedules of dosing as text: `"daily"`, `"every 8 h"`, `"every 2 days"`, and a reader of them.

A course has one interval between doses, counted from the hour of its first. It ends before the hour of dosing of the
day after its last.
"""

from __future__ import annotations

import re

from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.written import NUMBER, full_match, place

#: What a schedule may be, as messages and tables list it; hours and days may be others.
SCHEDULES = ("once", "daily", "twice daily", "every 8 h", "every 2 days", "drinking water", "minipump")
#: What is taken up over hours, so that its dose is that of a day.
PER_DAY = ("drinking water", "minipump")
#: What is given by one route only, and by which.
ROUTE_OF = {"drinking water": "p.o.", "minipump": "minipump"}
#: The dark half of a laboratory's day, in which rats are taken to drink all that they drink.
DARK_HOURS = 12.0
_EVERY = re.compile(
    rf"\s*(?:every|q\.?)\s*(?P<number>{NUMBER})\s*-?\s*(?:(?:nd|rd|th)\s+)?"
    r"(?P<unit>min|minutes?|h|hours?|hrs?|days?|d|weeks?)\.?\s*",
    re.IGNORECASE,
)
_HOURS_OF = {"m": 1.0 / 60.0, "h": 1.0, "d": HOURS_PER_DAY, "w": 7.0 * HOURS_PER_DAY}
_NAMED = {"daily": 24.0, "twice daily": 12.0}
#: In hours. Below, an infusion is meant; above, single doses.
_SHORTEST, _LONGEST = 1.0, 24.0 * 60


def interval(schedule: str) -> float | None:
    """Hours between the doses of a schedule in one of its own spellings; None for those without one."""
    if schedule in _NAMED:
        return _NAMED[schedule]
    match = full_match(_EVERY, schedule)
    if match is None:
        return None
    return float(match["number"]) * _HOURS_OF[match["unit"][0].lower()]


def read_every(text: object, where: str = "schedule") -> str | None:
    """The one spelling of an "every N h", "q8h", "every 2nd day" or "every N days"; None for any other text.

    Parameters
    ----------
    text : object
        What was written, such as "every 8 hours".
    where : str
        The place that begins the message of an error.

    Raises
    ------
    UserError
        For an interval that is too short or too long, or days that are not whole.
    """
    match = full_match(_EVERY, text)
    if match is None:
        return None
    unit = match["unit"][0].lower()
    hours, days = float(match["number"]) * _HOURS_OF[unit], unit in "dw"
    if not _SHORTEST <= hours <= _LONGEST:
        raise UserError(
            f"{place(where, text)}expected an interval from {_SHORTEST:g} hour to {_LONGEST / HOURS_PER_DAY:g} days."
        )
    number = hours / HOURS_PER_DAY
    if days and not number.is_integer():
        raise UserError(f'{place(where, text)}expected whole days, or hours such as "every {hours:g} h".')
    if hours == HOURS_PER_DAY:
        return "daily"
    if hours == HOURS_PER_DAY / 2:
        return "twice daily"
    return f"every {number:g} days" if days else f"every {hours:g} h"
