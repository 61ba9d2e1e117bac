"""Saves figures as PNG, SVG, PDF or EPS; text stays text, and equal figures give equal bytes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from core.errors import UserError
from results.figures.style import LOOK
from results.files.atomic import new_file

#: Format -> what is not written into the file, because it differs from one time to the next.
FORMATS: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
    "eps": {},
}
_EPS_TIME = re.compile(rb"%%CreationDate: .*\n")
_EPS_TITLE = re.compile(rb"%%Title: .*\n")


def save(figure: Figure, folder: Path | str, name: str) -> list[Path]:
    """Save a figure as PNG and SVG; equal figures give equal bytes.

    Parameters
    ----------
    figure
        As a `draw_...` function returns it.
    folder
        Made where it does not exist; earlier files of that name are replaced.
    name
        Of the files, without ending.

    Returns
    -------
    list of Path
        `name`.png and `name`.svg.

    Raises
    ------
    UserError
        Where the folder cannot be written.
    """
    return [save_as(figure, Path(folder) / f"{name}.{kind}") for kind in ("png", "svg")]


def save_as(figure: Figure, path: Path | str, kind: str | None = None) -> Path:
    """Save a figure as one file.

    Parameters
    ----------
    figure
        As a `draw_...` function returns it.
    path
        Of the file; an earlier one is replaced.
    kind
        "png", "svg", "pdf" or "eps"; by default the ending of the path.

    Raises
    ------
    UserError
        For another format, and where the folder cannot be written.
    """
    path = Path(path)
    kind = kind or path.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise UserError(f'{path.name}: "{kind}" is no format of a figure; expected {one_of(list(FORMATS))}.')
    with new_file(path, replace=True) as part, matplotlib.rc_context(LOOK), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The PostScript backend does not support transparency")
        figure.savefig(part, format=kind, metadata=FORMATS[kind])
        if kind == "eps":
            _forget_the_time(part)
    return path


def one_of(words: Sequence[str]) -> str:
    """`png, svg, pdf or eps`."""
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _forget_the_time(path: Path) -> None:
    """Take the time of writing and the name of the temporary file out of an EPS file."""
    text = _EPS_TIME.sub(b"", path.read_bytes(), count=1)
    path.write_bytes(_EPS_TITLE.sub(b"%%Title: bluespot\n", text, count=1))
