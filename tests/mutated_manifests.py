"""Makes manifests of a study that are wrong in one place: another value, a missing field, a foreign one, other text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import UserError
from results.files.folder import MANIFEST
from results.files.inspection import describe, inspect
from results.study import open_study

#: What JSON can hold, right or wrong.
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        3,
        7,
        10_001,
        2**31,
        2**63,
        10**400,
        0.5,
        -0.5,
        1e308,
        float("nan"),
        float("inf"),
    ),
    *("", "x", "sham", "../x", ".x", "a/b", "\x1b[31m", "a\nb", "\ud800", "x" * 5000, "7", "μ"),
    *([], {}, [[]], [{}], [1], [1, 1], ["x"], [1.5], [True], [-1], [None], {"x": 1}, {"": {}}, [[1, 2]], [[2, 1]]),
)
TEXTS = (
    "",
    "{",
    "[]",
    "3",
    "null",
    '"x"',
    "[" * 100_000,
    '{"study": ' * 50_000,
    "\ufeff{}",
    '{"versions": 1}',
    "9" * 5000,
)


def places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of nested tables and lists, and one in each table where nothing stands."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))
    if isinstance(node, dict):
        yield (*path, "new")


def mutate_manifest(whole: Path, path: Path, seed: int) -> str:
    """Write a manifest with one place changed; what it was."""
    pick = random.Random(seed)
    if pick.random() < 0.05:
        text = pick.choice(TEXTS)
        path.write_text(text)
        return f"the text {text[:20]!r}"
    content = json.loads(whole.read_text("utf-8"))
    place = pick.choice(list(places(content)))
    node: Any = content
    for step in place[:-1]:
        node = node[step]
    value = pick.choice(VALUES)
    if pick.random() < 0.1 and place[-1] != "new":
        del node[place[-1]]
        value = "nothing"
    else:
        node[place[-1]] = value
    path.write_text(json.dumps(content))
    return f"{place} = {str(value)[:60]!r}"


def fault_of_folder(out: Path) -> str:
    """What reading a study folder does that is neither a result nor lines that name the place; "" for nothing."""
    try:
        describe(inspect(out))
        study = open_study(out)
        assert repr(study)
        assert study.assays is not None
    except UserError as error:
        lines = str(error).split("\n")
        told = all(line.startswith(f"{out}") or MANIFEST in line for line in lines) and str(error).isprintable()
        return "" if told else f"not a line: {error!s:.200}"
    except Exception as error:
        return f"{type(error).__name__}: {error!s:.200}"
    return ""
