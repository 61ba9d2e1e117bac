"""The command `bluespot`, which is also `python -m bluespot`: checks whose packages are found, then runs it."""

from __future__ import annotations

import sys

from bluespot.name_clash import foreign_packages

USER_ERROR = 2


def main() -> int:
    """Run the command and return its exit status: 0, 1 for a failure of the program, 2 for a mistake of the user."""
    lines = foreign_packages()
    if lines:
        print(*(f"error: {line}" for line in lines), sep="\n", file=sys.stderr)
        return USER_ERROR
    from experiments.commands.command_line import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
