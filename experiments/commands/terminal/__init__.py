"""The terminal: what commands print, the options they share, and the progress bar.

Only commands print. All printing goes through `show` (results, on stdout) and `note` (all else, on stderr).
"""

from experiments.commands.terminal.options import (
    Allow,
    Animals,
    AsJson,
    Extensions,
    Scheduler,
    Seed,
    Size,
    StudyName,
    Workers,
    as_options,
    folder_option,
    names_with,
    read_changed,
    split_names,
    worker_pool,
)
from experiments.commands.terminal.printing import (
    OutputClosedError,
    closed_output_told,
    kept_when_stopped,
    note,
    notes_shown,
    print_json,
    print_table,
    show,
)
from experiments.commands.terminal.words import cost, headline, run_lines

__all__ = [
    "Allow",
    "Animals",
    "AsJson",
    "Extensions",
    "OutputClosedError",
    "Scheduler",
    "Seed",
    "Size",
    "StudyName",
    "Workers",
    "as_options",
    "closed_output_told",
    "cost",
    "folder_option",
    "headline",
    "kept_when_stopped",
    "names_with",
    "note",
    "notes_shown",
    "print_json",
    "print_table",
    "read_changed",
    "run_lines",
    "show",
    "split_names",
    "worker_pool",
]
