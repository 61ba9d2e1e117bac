"""The site of `make docs`: the reference has all that users import, words have one meaning, broken links are found."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import bluespot
from results import figures

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = "\n".join(path.read_text("utf-8") for path in sorted((DOCS / "api").glob("*.md")))
GLOSSARY = (DOCS / "glossary.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(set(bluespot.__all__) - {"__version__"}))
def test_what_is_promised_is_in_the_reference(name: str) -> None:
    assert re.search(rf"^\.\. [\w:]+:: bluespot\.{name}(\(\))?$", REFERENCE, re.M), f"add bluespot.{name} to docs/api"


def imported() -> Iterator[tuple[str, str]]:
    """(module, name) that pages import from results."""
    for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        for module, names in re.findall(r"^from (results[\w.]*) import (.+)$", page.read_text("utf-8"), re.M):
            yield from ((module, name.strip()) for name in names.split(","))


def test_what_pages_import_from_results_is_in_the_reference() -> None:
    wanted = set(imported())
    assert wanted
    whole = {"results.figures"}  # all of its names are there
    missing = {f"{module}.{name}" for module, name in wanted if module not in whole}
    assert not {name for name in missing if f":: {name}\n" not in REFERENCE}
    assert ".. automodule:: results.figures" in REFERENCE
    assert {name for module, name in wanted if module in whole} <= set(figures.__all__)


def words() -> list[str]:
    rows = [line.split("|")[1].strip() for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [word for row in rows if row != "word" for word in row.split(", ")]


def test_a_word_of_the_glossary_has_one_meaning() -> None:
    assert len(words()) > 100
    assert not [word for word, count in Counter(words()).items() if count > 1]


# --- links of the built site ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def faults() -> Callable[[Path], list[str]]:
    spec = importlib.util.spec_from_file_location("site_links", DOCS / "site" / "links.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules["site_links"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return lambda folder: list(module.faults(folder))


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ('<a href="other.html#here">', ""),
        ('<a href="#top"></a><p id="top">', ""),
        ('<a href="https://example.org/x">', ""),
        ('<img src="data:image/png;base64,AA">', ""),
        ('<link rel="next" href="https://example.org/x">', ""),
        ('<a href="none.html">', "none.html: no such file"),
        ('<a href="other.html#there">', "other.html#there: no such place in the page"),
        ('<a href="#nowhere">', "#nowhere: no such place in the page"),
        ('<img src="none.png">', "none.png: no such file"),
        ('<script src="https://example.org/x.js">', "https://example.org/x.js: comes from elsewhere"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "//example.org/x.css: comes from elsewhere"),
    ],
)
def test_a_link_that_leads_nowhere_and_a_page_that_needs_others_are_told(
    link: str, told: str, tmp_path: Path, faults: Callable[[Path], list[str]]
) -> None:
    (tmp_path / "other.html").write_text('<p id="here">')
    (tmp_path / "page.html").write_text(link)
    assert faults(tmp_path) == ([f"page.html: {told}"] if told else [])
