"""One meaning for each word: no class and no constant stands for two things, and words that were given up stay so."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bluespot", "core", "circuits", "drugs", "experiments", "results")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TREES = {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in MODULES}
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", *(f"{folder}/**/*.py" for folder in (*PACKAGES, "tests", "benchmarks")))
    for path in ROOT.glob(pattern)
    if path != Path(__file__)
)
#: A word that had two meanings, or none that a search finds -> what it is called now.
GIVEN_UP = {
    "litter": "matched animals",
    "crew": "worker pool",
    "workplace": "simulator",
    "spool": "temporary spike file",
    "customary": "typical",
}


def public_classes(trees: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Name of each public class -> the modules that define one."""
    found = defaultdict(list)
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return found


def public_constants(trees: dict[str, ast.Module]) -> dict[str, dict[str, list[str]]]:
    """Name of each public constant -> each of its contents -> the modules that have it."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module, tree in trees.items():
        for name, content in constants(tree.body):
            found[name][ast.unparse(content)].append(module)
    return found


def constants(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Names in capitals that are assigned at the top of a module, and what they are."""
    for node in body:
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in assigned(target, node.value)]
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            pairs = assigned(node.target, node.value)
        else:
            pairs = []
        yield from ((name, value) for name, value in pairs if name.isupper() and not name.startswith("_"))


def assigned(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    """The names of an assignment, which may be one of several values to several names."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return [pair for each in zip(target.elts, value.elts, strict=True) for pair in assigned(*each)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def test_no_public_class_name_stands_twice():
    assert not {name: modules for name, modules in public_classes(TREES).items() if len(modules) > 1}


def test_no_public_constant_has_two_contents():
    assert not {name: dict(contents) for name, contents in public_constants(TREES).items() if len(contents) > 1}


def test_names_that_stand_twice_are_found():
    trees = {
        "a": ast.parse("LEVEL, _REST = 0.95, 1\nclass Arm: pass\nclass _Own: pass"),
        "b": ast.parse("LEVEL: float = 0.5\n_REST = 2\nclass Arm: pass\nclass _Own: pass"),
    }
    assert dict(public_classes(trees)) == {"Arm": ["a", "b"]}
    assert {name: sorted(contents) for name, contents in public_constants(trees).items()} == {"LEVEL": ["0.5", "0.95"]}


@pytest.mark.parametrize("word", GIVEN_UP)
def test_a_word_that_was_given_up_stays_so(word):
    pattern = re.compile(rf"(?<![A-Za-z]){word}|{word.title()}")
    used = {str(path.relative_to(ROOT)) for path in TEXTS if pattern.search(path.read_text("utf-8"))}
    assert not used, f"say {GIVEN_UP[word]}"
