"""No code knows a drug by its name: what a drug does follows from its numbers alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drugs import DRUGS

ROOT = Path(__file__).parents[1]
#: The control is no drug: an arm without one is called that.
NAMES = sorted(set(DRUGS) - {"vehicle"})
MACHINERY = [path for path in (ROOT / "drugs").glob("*.py") if path.stem not in {*DRUGS, "__init__"}]
MODULES = sorted(
    [
        path
        for package in ("bluespot", "core", "circuits", "experiments", "results")
        for path in (ROOT / package).rglob("*.py")
    ]
    + MACHINERY
)
#: Keyword arguments whose texts are for people: help, and what a mistake says was expected.
HELP = {"description", "help"}


def for_people(tree: ast.AST) -> set[int]:
    """Docstrings, help texts, and what stands in a `Sourced(...)` or an error."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            found.add(id(node.body[0].value))  # type: ignore[attr-defined]
        elif isinstance(node, ast.keyword) and node.arg in HELP:
            found |= {id(inner) for inner in ast.walk(node.value)}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Sourced", "UserError", "_days"}:
            found |= {id(inner) for inner in ast.walk(node)}
    return found


def names_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines on which a drug's name is an identifier, or a word of a string that is not for people."""
    ignored = for_people(tree)
    words = re.compile(rf"(?<![a-z])({'|'.join(NAMES)})(?![a-z])", re.IGNORECASE)
    for node in ast.walk(tree):
        if id(node) in ignored:
            continue
        texts: dict[type[ast.AST], Callable[[Any], str]] = {
            ast.Name: lambda n: n.id,
            ast.Attribute: lambda n: n.attr,
            ast.alias: lambda n: n.name,
            ast.Constant: lambda n: n.value if isinstance(n.value, str) else "",
        }
        read = texts.get(type(node))
        if read and (match := words.search(read(node))):
            yield getattr(node, "lineno", 0), match.group(1)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_knows_a_drug_by_name(path: Any) -> None:
    assert not list(names_in(ast.parse(path.read_text("utf-8"))))


def test_a_name_would_be_found() -> None:
    found = "if drug.name == 'duloxetine':\n    from drugs import reboxetine\nx = drugs.cnqx\ny = 'ligated-paroxetine'"
    assert {name for _, name in names_in(ast.parse(found))} == {"duloxetine", "reboxetine", "cnqx", "paroxetine"}
    assert not list(names_in(ast.parse('"""About duloxetine."""\nf(description="such as duloxetine")')))
