"""Whether the packages that Python finds are bluespot's own: their names are plain words that other projects use too.

Imports nothing but the standard library, so that it can speak where one of them is not found.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

#: Each package, and the path of a module that only ours has.
LANDMARKS = {
    "core": "vocabulary",
    "circuits": "circuit",
    "drugs": "regimen",
    "experiments": "version",
    "results": "files/store",
    "bluespot": "name_clash",
}


ROOT = Path(__file__).resolve().parents[1]


def foreign_packages(root: Path = ROOT) -> list[str]:
    """One line for each folder or file that stands in front of one of bluespot's packages; imports nothing.

    Parameters
    ----------
    root
        The folder that holds all of bluespot's packages.
    """
    return [line for name in LANDMARKS if (line := _foreign(name, root))]


def _foreign(name: str, root: Path) -> str:
    loaded = sys.modules.get(name)
    place = getattr(loaded, "__file__", None) if loaded else _found_at(name)
    if place is None:
        return f"the package {name} of bluespot is missing from {root}; install bluespot again."
    folder = Path(place).resolve().parent
    if Path(place).name == "__init__.py" and folder == root / name:
        whole = (folder / f"{LANDMARKS[name]}.py").is_file()
        return "" if whole else f"{folder} lacks bluespot's own files; another project called {name} has replaced them."
    other = folder if Path(place).name == "__init__.py" else Path(place)
    return (
        f"{other} shadows bluespot's package {name} in {root}; "
        "rename it, start from another folder, or give bluespot a virtual environment of its own."
    )


def _found_at(name: str) -> str | None:
    spec = find_spec(name)
    if spec is None:
        return None
    if spec.origin is None and spec.submodule_search_locations:
        return str(Path(next(iter(spec.submodule_search_locations))) / "__init__.py")
    return spec.origin
