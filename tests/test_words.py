"""Words that were given up, because they had two meanings or none that a search finds, stay so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bluespot", "core", "circuits", "drugs", "experiments", "results")
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", *(f"{folder}/**/*.py" for folder in (*PACKAGES, "tests", "benchmarks")))
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"  # it says which new name stands for which old one
    if path != Path(__file__)
)
#: The word -> what it is called now.
GIVEN_UP = {
    "litter": "matched animals",
    "crew": "worker pool",
    "workplace": "simulator",
    "spool": "temporary spike file",
    "customary": "typical",
}


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_that_was_given_up_stays_so(word: str) -> None:
    pattern = re.compile(rf"(?<![A-Za-z]){word}|{word.title()}")
    used = {str(path.relative_to(ROOT)) for path in TEXTS if pattern.search(path.read_text("utf-8"))}
    assert not used, f"say {GIVEN_UP[word]}"
