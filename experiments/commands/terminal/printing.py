"""Printing: results on stdout, as JSON or for people; everything else on stderr."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.errors import UserError

#: Width of a table where there is no terminal to fit.
WIDTH = 160


class OutputClosedError(Exception):
    """Raised when the reader of the output has gone, as `head` does early."""


def show(text: str = "", end: str = "\n") -> None:
    """Print a result on stdout.

    Raises UserError where stdout cannot be written (closed, a full disk), OutputClosedError where its reader has gone.
    """
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        _discard_the_rest()
        if isinstance(error, BrokenPipeError):
            raise OutputClosedError from error
        raise UserError(f"cannot write the result to stdout: {error.strerror or error}.") from error


def _discard_the_rest() -> None:
    """Send what is left in the buffer of stdout nowhere, so that Python does not fail again when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(content: Any) -> None:
    """Print one JSON document on stdout."""
    show(json.dumps(content, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a plain table on stdout; long cells are folded to the width of the terminal."""
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(str, row))
    text, at_terminal = io.StringIO(), sys.stdout.isatty()
    width = None if at_terminal else WIDTH
    Console(file=text, force_terminal=at_terminal, width=width, markup=False, highlight=False, emoji=False).print(table)
    show(text.getvalue(), end="")


class _Closed(io.TextIOBase):
    """Stands for an output that is closed; Python has none then, and much that prints would go on without a word."""

    def write(self, text: str) -> int:
        """UserError."""
        raise UserError("cannot write the result to stdout: it is closed.")


@contextlib.contextmanager
def closed_output_told() -> Iterator[None]:
    """Raise UserError for whatever this block prints on a stdout that is closed."""
    if sys.stdout is not None:
        yield
        return
    with contextlib.redirect_stdout(_Closed()):
        yield


def note(text: str) -> None:
    """Print a line on stderr, if there is one: a terminal may have been closed meanwhile."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def kept_when_stopped(what: str, folder: Path) -> Iterator[None]:
    """Say where the results of this block are kept when it is stopped."""
    try:
        yield
    except KeyboardInterrupt:
        note(f"{what} are kept in {folder}; the same command goes on from there.")
        raise


class _Notes(logging.Handler):
    """Shows what the library logs as plain lines on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line."""
        note(record.getMessage())


@contextlib.contextmanager
def notes_shown() -> Iterator[None]:
    """Show what the library logs in this block (the logger `bluespot`) on stderr."""
    log, handler = logging.getLogger("bluespot"), _Notes()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
