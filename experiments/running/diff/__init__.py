"""What differs between two circuits, arms, studies or animals: `diff(A, B)`.

`operands` reads what A and B are. `circuit_rows`, `arm_rows`, `study_rows` and `recorded_rows` compare two of a kind,
and `rows` is what they find, one `DiffRow` for each thing that differs. `result` puts them together.
"""

from experiments.running.diff.result import Diff, compare_two, diff

__all__ = ["Diff", "compare_two", "diff"]
