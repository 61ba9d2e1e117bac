"""The `bluespot` command. Brian2 takes a second or two to import, so commands import what they need themselves."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer

from core.errors import UserError
from experiments.commands import attribute, benchmarks, calibrate, drug, evidence, lists, run, sensitivity
from experiments.commands.terminal import note, show_notes
from experiments.version import __version__

INTERNAL_FAILURE, USER_ERROR, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
#: Set to anything, failures of the program show where they happened.
TRACEBACK = "BLUESPOT_TRACEBACK"

app = typer.Typer(
    name="bluespot",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A virtual rat laboratory: how antidepressants relieve neuropathic pain.",
)
for command in (
    run.run,
    run.validate,
    run.inspect,
    run.compare,
    lists.studies,
    lists.assays,
    lists.switches,
    lists.manipulations,
    lists.parameters,
    calibrate.calibrate,
    evidence.evidence,
    attribute.attribute,
    sensitivity.sensitivity,
    benchmarks.benchmarks,
):
    app.command()(command)
app.add_typer(drug.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"bluespot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 for a failure of the program, 2 for a mistake of the user."""
    try:
        show_notes()
        status = int(app(arguments, prog_name="bluespot", standalone_mode=False) or 0)
        return _stopped() if status == INTERRUPTED else status
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> int:
    """Say in one line per mistake what went wrong; the exit status."""
    if isinstance(error, typer.Abort):
        return _stopped()
    lines = str(error).split("\n") if isinstance(error, UserError) else _usage_lines(error)
    if lines:
        for line in lines:
            note(f"error: {line}")
        return USER_ERROR
    note(f"error: {_internal(error)}")
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    return INTERNAL_FAILURE


def _usage_lines(error: Exception) -> list[str]:
    """What typer says of a command line it cannot read; nothing for any other exception."""
    message = getattr(error, "format_message", None)
    if message is None:
        return []
    text = " ".join(message().split())
    return [f"{text} (`bluespot --help` and `bluespot COMMAND --help` say what is allowed)"]


def _internal(error: Exception) -> str:
    from experiments.running.cohort import CohortError

    text = " ".join(str(error).split())
    if isinstance(error, CohortError):
        return text
    return f"{type(error).__name__}: {text} This is a fault of bluespot; {TRACEBACK}=1 shows where."


def _stopped() -> int:
    note("stopped")
    return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
