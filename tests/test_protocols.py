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
NAME = r"[a-z]+(?:-[a-z]+)*-\d{4}"
#: Bundled study -> its injury, and what it is held against, as the page has it.
ROWS = {
    name: (injury, held)
    for name, injury, held in re.findall(rf"^\| `({NAME})` \|.*\| `(\w+)` \| ([^|]*) \|$", PAGE, re.MULTILINE)
}
#: Bundled study -> the finding that its publication is judged by, and its role.
JUDGED = {
    name: found.groups()
    for name, (_, held) in ROWS.items()
    if (found := re.fullmatch(r"finding (\w+) \((check|fit)\)", held))
}


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
    assert set(ROWS) == {name for name in bundled() if re.fullmatch(NAME, name)}
    assert len(ROWS) == 11
    assert len(JUDGED) == 6
    assert {held for name, (_, held) in ROWS.items() if name not in JUDGED} == {"no finding"}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_protocol_validates(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", name]) == 0
    assert "warning" not in capsys.readouterr().err.lower()


@pytest.mark.parametrize("name", sorted(ROWS))
def test_its_publication_is_cited_and_its_injury_is_that_of_the_page(name: str) -> None:
    (key,) = (key for key in entries() if key.lower() == name.replace("-", ""))
    text, injury = find_study(name).read_text("utf-8"), ROWS[name][0]
    assert entries()[key]["doi"] in text
    assert "Chosen here" in text, "what the abstract does not print is told"
    assert {arm.circuit for arm in read_study(name).arms} - {"naive", "sham"} == {injury}


@pytest.mark.parametrize("name", sorted(JUDGED))
def test_its_finding_is_of_the_same_publication_injury_and_role(name: str) -> None:
    id, role = JUDGED[name]
    found = findings()[id]
    assert name.replace("-", "") in [key.lower() for key in found.keys]
    text = find_study(name).read_text("utf-8")
    assert f"bluespot evidence --only {id}" in " ".join(text.replace("\n# ", " ").split())
    assert found.role == role
    assert found.study is not None
    assert ROWS[name][0] in {arm.circuit for arm in found.study.arms}


@pytest.mark.parametrize("name", sorted(JUDGED))
def test_it_gives_what_the_finding_gives(name: str) -> None:
    found, study = findings()[JUDGED[name][0]], read_study(name)
    assert found.study is not None
    published = doses(found.study, found.added_arms)
    assert published
    assert published <= doses(study)


def test_a_protocol_is_listed_with_its_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["studies"]) == 0
    listed = capsys.readouterr().out
    for name in ROWS:
        assert name in listed
