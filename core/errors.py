"""Mistakes a user can mend, each told in one line that names the place, what came and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: More names than this are counted, not listed.
MOST_LISTED = 100


class UserError(Exception):
    """A mistake in what the user gave; the command line prints it without a traceback and exits with 2."""


def nearest(name: str, allowed: Iterable[str], most: int = 3) -> list[str]:
    """The allowed names spelled most like `name`, best first."""
    by_lower = {candidate.lower(): candidate for candidate in allowed}
    close = difflib.get_close_matches(name.lower(), list(by_lower), n=most, cutoff=0.5)
    return [by_lower[key] for key in close]


def unknown_name(kind: str, name: str, allowed: Iterable[str], where: str = "") -> UserError:
    """The error for a name that does not exist: `study.toml: arms[0].drug: no drug "duloxetin". ...`

    All that is allowed is listed, or counted where it is more than a line can hold.
    """
    allowed = sorted(allowed)
    close = nearest(name, allowed)
    place = f"{where}: " if where else ""
    hint = f" Nearest: {', '.join(close)}." if close else ""
    listed = f"Allowed: {', '.join(allowed)}" if len(allowed) <= MOST_LISTED else f"There are {len(allowed)}"
    return UserError(f'{place}no {kind} "{name}".{hint} {listed}.')
