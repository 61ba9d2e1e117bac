"""One bit changed in files of animals that differ: each is noticed that changes a number; `tests.faults` tries more."""

from __future__ import annotations

from pathlib import Path

import pytest
from varied_files import _same_or_told, flipped_bits, varied_record

from results.files.store import read_animal, write_animal


def test_files_differ_and_another_number_is_noticed(tmp_path: Path) -> None:
    for number in (1, 2):
        write_animal(varied_record(number), tmp_path / f"{number}.h5")
    first, second = (tmp_path / f"{number}.h5" for number in (1, 2))
    assert first.read_bytes() != second.read_bytes()
    assert _same_or_told(first, first, read_animal(first)) == ""
    assert _same_or_told(second, first, read_animal(first)) == "other numbers without a word"


@pytest.mark.slow
def test_no_flipped_bit_gives_another_number(tmp_path: Path) -> None:
    tried = list(flipped_bits(300, 6, tmp_path, seed=2))
    assert len(tried) == 306
    assert [each for each in tried if each[1]] == []
