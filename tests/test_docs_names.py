"""What README, CONTRIBUTING and docs name exists: modules, what stands in them, files and folders.

A name counts where it stands between backticks and begins with one of our packages: `core.days`, `drugs/library/`.
"""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "api").glob("*.md")),
]
PACKAGES = "benchmarks|bluespot|circuits|core|docs|drugs|experiments|results|tests"
_NAME = re.compile(rf"`((?:{PACKAGES})[./][\w./*-]*)(?::(\w+))?(?:\([^`]*\))?`")
_PLACE = re.compile(r"\]\(([^)#:\s]*)#([\w-]+)\)")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[\w-]+)?\)")


def named() -> dict[tuple[str, str], str]:
    """(name, what of it or nothing) -> the first place that has it."""
    found: dict[tuple[str, str], str] = {}
    for page in PAGES:
        for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
            for match in _NAME.finditer(line):
                found.setdefault((match[1], match[2] or ""), f"{page.relative_to(ROOT)}:{number}")
    return found


def exists(name: str, attribute: str = "") -> bool:
    """Whether there is such a path, module or thing in a module. `*` is any part of a path, NAME a new file."""
    name = name.partition("NAME.")[0]
    if "*" in name:
        return any(ROOT.glob(name))
    if (ROOT / name).exists():
        return True
    try:
        owner, left = resolved(name)
        for part in [*left, *filter(None, [attribute])]:
            owner = (
                owner.__annotations__[part] if part in vars(owner).get("__annotations__", {}) else getattr(owner, part)
            )
    except (ImportError, AttributeError):
        return False
    return True


def resolved(name: str) -> tuple[object, list[str]]:
    """The longest module that a dotted name begins with, and the parts that are left."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            return import_module(".".join(parts[:end])), parts[end:]
        except ModuleNotFoundError:
            continue
    raise ImportError(name)


NAMED = named()


@pytest.mark.parametrize(("name", "place"), NAMED.items(), ids=[":".join(filter(None, name)) for name in NAMED])
def test_what_is_named_exists(name: str, place: str) -> None:
    assert exists(*name), f"{place}: there is no {name[0]} {name[1]}"


def test_there_are_names() -> None:
    assert len(NAMED) > 60


@pytest.mark.parametrize(
    "name",
    ["circuits.lighting", "drugs/duloxetine.py", "core.days.YEARS", "experiments.study", "tests/*_none.py", "drugs."],
)
def test_what_does_not_exist_is_noticed(name: str) -> None:
    assert not exists(name)


def test_what_a_module_does_not_have_is_noticed() -> None:
    assert exists("experiments.running.cohort", "run_study")
    assert not exists("experiments.running.cohort", "run_studies")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_to_files_lead_somewhere(page: Path) -> None:
    dead = [link for link in _LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert not dead


def places(page: Path) -> set[str]:
    """The names by which repositories let one jump to the headings of a page."""
    without_code = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", without_code, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_to_places_of_pages_lead_there(page: Path) -> None:
    found = _PLACE.findall(page.read_text("utf-8"))
    dead = [(file, place) for file, place in found if place not in places(page.parent / file if file else page)]
    assert not dead


def test_there_are_links_to_places() -> None:
    assert sum(len(_PLACE.findall(page.read_text("utf-8"))) for page in PAGES) > 20


# --- the navigation of the site ---------------------------------------------------------------------------------

DOCS = ROOT / "docs"


def navigation(page: Path) -> list[Path]:
    """The pages that the tables of contents of a page name."""
    found: list[Path] = []
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
        for line in filter(None, block.splitlines()):
            if not line.startswith(":"):
                name = match[1] if (match := re.search(r"<(.*)>$", line)) else line
                path = (page.parent / name).resolve()
                found.append(path.with_suffix(".ipynb" if path.with_suffix(".ipynb").exists() else ".md"))
    return found


def test_every_page_stands_in_the_navigation_once() -> None:
    pages = [*DOCS.glob("*.md"), *DOCS.glob("api/*.md"), *DOCS.glob("gallery/*.ipynb"), *ROOT.glob("*.md")]
    named = Counter(path for page in pages if page.suffix == ".md" for path in navigation(page))
    assert set(named) == {*pages, ROOT / "benchmarks" / "README.md"} - {DOCS / "index.md"}, "add it to docs/index.md"
    assert set(named.values()) == {1}


# --- the width of a line ----------------------------------------------------------------------------------------

WIDEST = 120
#: Tables, code that is indented, headings, a generated comment, a link or an image that stands alone.
_ANY_WIDTH = re.compile(r"\||\s*\||(    |\t)|#|<!--|!?\[[^]]*\]\([^)]*\)$")


def too_wide(text: str) -> list[int]:
    """Numbers of lines of prose that are wider than a line may be; blocks of code and of formulas do not count."""
    found, inside = [], False
    for number, line in enumerate(text.splitlines(), 1):
        fence = line.lstrip().startswith(("```", "$$"))
        if fence and not (line.lstrip().startswith("$$") and line.rstrip().endswith("$$") and len(line.strip()) > 2):
            inside = not inside
        elif not inside and not fence and len(line) > WIDEST and not _ANY_WIDTH.match(line):
            found.append(number)
    return found


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_are_at_most_120_wide(page: Path) -> None:
    assert not too_wide(page.read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x" * 121, [1]),
        ("x" * 120, []),
        ("- " + "word " * 30, [1]),
        ("| " + "x" * 130, []),
        ("```\n" + "x" * 130 + "\n```\n" + "x" * 130, [4]),
        ("$$\n" + "x" * 130 + "\n$$\n" + "x" * 130, [4]),
        ("$$x$$\n" + "x" * 130, [2]),
        ("    " + "x" * 130, []),
    ],
)
def test_a_wide_line_is_found(text: str, found: list[int]) -> None:
    assert too_wide(text) == found
