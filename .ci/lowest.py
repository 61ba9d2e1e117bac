"""Print the lowest versions that pyproject.toml allows on Python 3.11, as constraints for pip."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement

#: The extras whose packages the other Pythons install.
TESTED = ("sensitivity", "analysis", "nwb", "sciunit", "test", "docs")
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.0"}


def lowest() -> Iterator[str]:
    """One line for each dependency that has a lower bound."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *chain(*(extras[name] for name in TESTED))]:
        requirement = Requirement(line)
        bounds = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        if bounds and (requirement.marker is None or requirement.marker.evaluate(PYTHON)):
            yield f"{requirement.name}=={bounds[0]}"


if __name__ == "__main__":
    print("\n".join(lowest()))
