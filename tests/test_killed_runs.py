"""Runs that are ended from outside at random moments lose nothing; `python -m tests.faults --only ended` tries more."""

from __future__ import annotations

from pathlib import Path

import pytest
from cohort_samples import small_study
from killed_runs import _Kind, _unlike, killed

WHOLE = {"animals/a/a-001.h5": b"new", "animals/a/a-002.h5": b"other"}
KIND = _Kind("grown", small_study(), {"animals/a/a-001.h5": b"old"}, WHOLE, 1.0)


def test_what_is_cut_lost_or_gone_back_is_noticed() -> None:
    assert _unlike(WHOLE, KIND.first, KIND) == _unlike(KIND.first, KIND.first, KIND) == ""
    assert _unlike({"animals/a/a-001.h5": b"ne"}, {}, KIND) == "animals/a/a-001.h5 is another one or cut"
    assert _unlike({}, KIND.first, KIND) == "animals/a/a-001.h5 is lost"
    assert _unlike(KIND.first, WHOLE, KIND).startswith("animals/a/a-001.h5 is as it was before")


@pytest.mark.slow
def test_nothing_is_wrong_lost_or_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    tried = list(killed(12, tmp_path / "runs"))
    assert len(tried) >= 12
    assert [each for each in tried if each[1]] == []
