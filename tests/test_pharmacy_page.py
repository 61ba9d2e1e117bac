"""What docs/pharmacy.md says holds: its code runs, its drugs exist and none is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from drugs import DRUGS, regimens_of

PAGE = (Path(__file__).parents[1] / "docs" / "pharmacy.md").read_text("utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("code", CODE, ids=range(len(CODE)))
def test_its_code_runs(code: Any) -> None:
    found: dict[str, Any] = {}
    exec(code, found)
    treatments = [value for name, value in found.items() if name in ("steps", "loaded", "switched", "together")]
    assert all(len(regimens_of(treatment)) >= 2 for treatment in treatments)


def test_every_drug_stands_in_the_table_of_classes() -> None:
    classes = PAGE.split("## Classes")[1].split("What a site does")[0]
    missing = [name for name in DRUGS if name != "vehicle" and not re.search(rf"\b{name}\b", classes)]
    assert not missing


def test_it_counts_the_drugs() -> None:
    assert PAGE.split("\n\n")[1].startswith("Forty-one drugs")
    assert len(DRUGS) - 1 == 41
