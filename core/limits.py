"""How much there can be of what a user counts: above these a slip of the finger is likelier than a study."""

from __future__ import annotations

#: Animals of one arm, and scale of all populations over the standard circuit.
MOST_ANIMALS, LARGEST_SIZE = 10_000, 1000
#: Entries of one list of a file, such as the days of an assay.
LONGEST_LIST = 10_000
#: Lines of one error: who sees so many mistakes needs no more of them.
MOST_MISTAKES = 100
#: Bytes of a file that a user writes: studies, drugs, findings.
LARGEST_TEXT_FILE = 10_000_000
#: Worker processes on one machine.
MOST_WORKERS = 1000
