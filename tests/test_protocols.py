"""Published protocols as bundled studies: they validate, and give what the finding of the same publication gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from experiments.commands.command_line import main
from experiments.evidence.bibliography import entries
from experiments.evidence.finding import bundled as findings
from experiments.protocol.study import Study
from experiments.protocol.study_file import bundled, find_study, read_study

PAGE = (Path(__file__).parents[1] / "docs" / "protocols.md").read_text("utf-8")
#: Bundled study -> the finding that its publication is judged by, as the page has it.
PROTOCOLS = dict(re.findall(r"^\| `([a-z]+-\d{4})` \|.*\| finding (\w+) \|$", PAGE, re.MULTILINE))


def doses(study: Study, without: tuple[str, ...] = ()) -> set[tuple[Any, ...]]:
    """All that is given in a study, whether as a treatment or as an injection."""
    given = (
        regimen
        for arm in study.effective_arms
        if arm.name not in without
        for regimen in (*arm.treatments, *(r for each in study.injections_of(arm.name) for r in each.regimens))
    )
    return {(r.drug.name, round(r.dose.milligram, 9), r.route, r.schedule, r.from_day, r.until_day) for r in given}


def test_every_protocol_of_the_folder_is_on_the_page() -> None:
    assert set(PROTOCOLS) == {name for name in bundled() if re.fullmatch(r"[a-z]+-\d{4}", name)}
    assert len(PROTOCOLS) == 4


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_a_protocol_validates(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", name]) == 0
    assert "warning" not in capsys.readouterr().err.lower()


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_its_publication_is_that_of_a_check_and_is_cited(name: str) -> None:
    found = findings()[PROTOCOLS[name]]
    author, year = name.split("-")
    (key,) = (key for key in found.keys if key.lower() == f"{author}{year}")
    text = find_study(name).read_text("utf-8")
    assert entries()[key]["doi"] in text
    assert f"bluespot evidence --only {found.id}" in " ".join(text.replace("\n# ", " ").split())
    assert "Chosen here" in text, "what the abstract does not print is told"
    assert found.role == "check"


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_it_gives_what_the_finding_gives(name: str) -> None:
    found, study = findings()[PROTOCOLS[name]], read_study(name)
    assert found.study is not None
    published = doses(found.study, found.added_arms)
    assert published
    assert published <= doses(study)
    assert {arm.circuit for arm in study.arms} >= {"ligated"}


def test_a_protocol_is_listed_with_its_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studies"]) == 0
    listed = capsys.readouterr().out
    for name in PROTOCOLS:
        assert name in listed
