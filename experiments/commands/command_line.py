"""The `bluespot` command. Brian2 takes a second or two to import, so commands import what they need themselves."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import Annotated

import typer

from core.errors import UserError
from core.faults import damaged_bytecode, in_a_line, write_log
from core.interruption import stopped_in_order
from experiments.commands import (
    attribute,
    benchmarks,
    calibrate,
    compare,
    diff,
    drugs,
    evidence,
    export,
    figure,
    inspect,
    lists,
    model,
    report,
    rerun,
    run,
    sensitivity,
    validate,
    verify,
)
from experiments.commands.terminal import OutputClosedError, closed_output_told, note, notes_shown, show
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
    rerun.rerun,
    validate.validate,
    inspect.inspect,
    verify.verify,
    export.export,
    compare.compare,
    figure.figure,
    report.report,
    diff.diff,
    lists.studies,
    lists.assays,
    lists.extensions,
    lists.switches,
    lists.manipulations,
    lists.parameters,
    model.model,
    calibrate.calibrate,
    evidence.evidence,
    attribute.attribute,
    sensitivity.sensitivity,
    benchmarks.benchmarks,
):
    app.command()(command)
app.add_typer(drugs.app)


def _show_version(wanted: bool) -> None:
    if wanted:
        show(f"bluespot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status.

    0: done. 1: a fault of the program, or one that `verify` found. 2: a mistake of the user. 130: stopped by Ctrl-C,
    SIGTERM or SIGHUP. 141: the reader of the output has gone.
    """
    try:
        with stopped_in_order(), notes_shown(), closed_output_told():
            status = int(app(arguments, prog_name="bluespot", standalone_mode=False) or 0)
        return _stopped() if status == INTERRUPTED else status
    except KeyboardInterrupt:
        return _stopped()
    except OutputClosedError:
        return BROKEN_PIPE
    except Exception as error:
        return _told(error)
    except SystemExit as leaving:  # typer's answer to a broken pipe, whichever it was
        return _told(leaving.__context__) if isinstance(leaving.__context__, OSError) else INTERNAL_FAILURE


def _told(error: Exception) -> int:
    """Say in one line per mistake what went wrong, and return the exit status."""
    if isinstance(error, typer.Abort):
        if not isinstance(error.__cause__, EOFError):
            return _stopped()
        error = error.__cause__  # typer takes it for the end of the terminal's input, which we never read
    lines = str(error).split("\n") if isinstance(error, UserError) else _lines_of_others(error)
    if lines:
        for line in lines:
            note(f"error: {line}")
        return USER_ERROR
    note(f"error: {_internal(error)}")
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    return INTERNAL_FAILURE


def _lines_of_others(error: Exception) -> list[str]:
    """What the user can mend, said by others; no line for a fault of the program."""
    return _usage_lines(error) or _disk_lines(error) or list(filter(None, [damaged_bytecode(error)]))


def _usage_lines(error: Exception) -> list[str]:
    """What typer says of a command line that it cannot read; no line for any other exception."""
    message = getattr(error, "format_message", None)
    if message is None:
        return []
    text = " ".join(message().split())
    return [f"{text} (`bluespot --help` and `bluespot COMMAND --help` say what is allowed)"]


def _disk_lines(error: Exception) -> list[str]:
    """What the system says of a disk that takes nothing more, or no such name; no line for any other exception."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return [f"{str(error.filename)[:60]!r}...: no file or folder can have so long a name."]
    if not isinstance(error, OSError) or error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return []
    return [f"{error.filename or 'cannot write'}: {error.strerror}."]


def _internal(error: Exception) -> str:
    """A fault of the program in one line, which names the file that has the rest."""
    from experiments.running.cohort import CohortError

    if isinstance(error, CohortError):
        return " ".join(str(error).split())
    log = write_log(error, f"bluespot {__version__}")
    told = f"{log} has the details" if log else f"{TRACEBACK}=1 shows the details"
    return f"{in_a_line(error)}. This is a fault of bluespot; {told}."


def _stopped() -> int:
    note("stopped")
    return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
