"""What commands print: results on stdout, as JSON or for people, everything else on stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

#: Width of a table where there is no terminal to fit.
WIDTH = 160

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def print_json(content: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(content, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table on stdout that folds long cells to the width of the terminal."""
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(str, row))
    console = Console(width=None if sys.stdout.isatty() else WIDTH, markup=False, highlight=False, emoji=False)
    console.print(table)


def note(text: str) -> None:
    """A line on stderr."""
    print(text, file=sys.stderr, flush=True)


class _Notes(logging.Handler):
    """Shows what the library logs as plain lines on stderr."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line."""
        note(record.getMessage())


def show_notes() -> None:
    """Show what the library says while it works (the logger `bluespot`) on stderr, from now on."""
    log = logging.getLogger("bluespot")
    log.handlers = [_Notes()]
    log.setLevel(logging.INFO)


def size_in_words(count: float) -> str:
    """Bytes as a person would say them: `3.5 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
