"""Tries again what was once found wrong, on as many inputs as asked for, and prints how many are wrong now.

    python -m tests.faults                    # every row, some minutes
    python -m tests.faults --inputs 5000      # more inputs for each row that is made up
    python -m tests.faults --only manifest

An input is wrong where it is neither taken for what it says nor told in lines that name it: a traceback, or another
number without a word. Rows without inputs of their own are tests that are run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def run(inputs: int, only: str) -> int:
    """Try all rows, print a table, and return how many inputs are wrong."""
    from fault_rows import ROWS, tried

    faults = 0
    for row in (row for row in ROWS if only in row.name):
        count, wrong, longest = tried(row, inputs)
        faults += len(wrong)
        print(f"{row.name:50} {count:7d} tried {len(wrong):5d} wrong, longest {longest:.2f} s", flush=True)
        for line in wrong[:10]:
            print(f"    {line[:300]}", flush=True)
    return faults


if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=500, help="for each row whose inputs are made up")
    options.add_argument("--only", default="", help="rows with this in their name")
    given = options.parse_args()
    sys.exit(min(1, run(given.inputs, given.only)))
