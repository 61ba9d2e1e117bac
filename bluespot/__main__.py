"""The command `bluespot`, which is also `python -m bluespot`: checks whose packages are found, then runs it."""

from __future__ import annotations

import os
import signal
import sys

INTERNAL_FAILURE, USER_ERROR, INTERRUPTED = 1, 2, 130


def main() -> int:
    """Run the command and return its exit status: 0, 1 for a failure of the program, 2 for a mistake of the user."""
    _fill_standard_streams()
    try:
        from bluespot.name_clash import foreign_packages

        lines = foreign_packages()
        if lines:
            return _told(USER_ERROR, *(f"error: {line}" for line in lines))
        from core.interruption import stopped_in_order

        with stopped_in_order():
            from experiments.commands.command_line import main as command_line
        return command_line()
    except KeyboardInterrupt:
        return _told(INTERRUPTED, "stopped")
    except Exception as error:
        return _not_imported(error)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is left to be put in order
        # Python ends by SIGINT where a KeyboardInterrupt came through an `exec` of text (data classes make themselves
        # so), also when it was caught; the next such `exec` makes it forget that.
        exec("")


def _not_imported(error: Exception) -> int:
    """Say why the command did not even begin."""
    try:
        from core.faults import damaged_bytecode, in_a_line, write_log
    except Exception:
        said = f"{type(error).__name__}: {error}".rstrip(".: ")
        return _told(INTERNAL_FAILURE, f"error: {said}. bluespot cannot be imported; install it again.")
    damage = damaged_bytecode(error)
    if damage:
        return _told(USER_ERROR, f"error: {damage}")
    log = write_log(error, "bluespot, which could not be imported")
    details = f"; {log} has the details" if log else ""
    return _told(INTERNAL_FAILURE, f"error: {in_a_line(error)}. bluespot cannot be imported{details}.")


def _told(status: int, *lines: str) -> int:
    """Say it on stderr, where there is one, and return the exit status."""
    if sys.stderr is not None:
        print(*lines, sep="\n", file=sys.stderr)
    return status


def _fill_standard_streams() -> None:
    """Take the places of standard streams that are closed: what is written to them is not for the next file opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


if __name__ == "__main__":
    sys.exit(main())
