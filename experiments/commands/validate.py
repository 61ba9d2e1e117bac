"""The command `validate`: check a study without running it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from experiments.commands.terminal import (
    Allow,
    Animals,
    AsJson,
    Extensions,
    Seed,
    Size,
    StudyName,
    cost,
    folder_option,
    headline,
    note,
    print_json,
    print_table,
    read_changed,
    run_lines,
    show,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.protocol.study import Study
    from experiments.running.estimate import RunEstimate


def validate(
    study: StudyName,
    animals: Animals = None,
    size: Size = None,
    seed: Seed = None,
    with_: Extensions = None,
    allow: Allow = False,
    out: Annotated[
        Path | None,
        folder_option("Say what a run into this folder would do to what is in it; nothing is changed."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Check a study without running it.

    Says what is done to whom and when, and what a run will take.
    """
    from experiments.laboratory.animal import plan
    from experiments.protocol.study_remarks import remarks
    from experiments.running.memory import in_bytes, memory_of_worker
    from experiments.running.progress import duration_in_words
    from experiments.running.speed import expected_speed

    wanted = read_changed(study, {"animals": animals, "size": size, "seed": seed}, allow=allow, extensions=with_)
    expected = _into(wanted, out) if out else None
    planned, speed = plan(wanted), expected_speed(wanted.size)
    core_seconds = planned.simulated_seconds / speed.value
    if json:
        print_json({"study": wanted.table(), "plan": asdict(planned), "core_seconds": core_seconds})
        return
    show(headline(wanted))
    print_table(("arm", "circuit", "treatment", "changes"), _arm_rows(wanted))
    print_table(("assay", "sides", "days", "hour"), _assay_rows(wanted))
    for line in _injection_lines(wanted):
        show(line)
    for remark in remarks(wanted):
        note(remark)
    what = cost(planned.epochs, planned.simulated_seconds, planned.bytes)
    memory = in_bytes(memory_of_worker(wanted))
    show(f"{what}, {duration_in_words(core_seconds)} on one core, about {memory} of memory for each worker")
    for line in run_lines(out, expected) if out and expected else ():
        show(line)


def _into(study: Study, out: Path) -> RunEstimate:
    """What a run into a folder would take; what would come of the animals in it is logged."""
    from experiments.running.earlier_files import earlier_files
    from experiments.running.estimate import estimate
    from experiments.running.matched_animals import AnimalRunner
    from experiments.running.study_folder import looked_at

    _, missing, _ = looked_at(study, out)
    return estimate(
        study, missing, worker_pool(None, None), AnimalRunner.installed(), earlier_files(study, out, missing)
    )


def _arm_rows(study: Study) -> list[tuple[str, str, str, str]]:
    return [(arm.name, arm.circuit, arm.treatment, arm.manipulation or "-") for arm in study.effective_arms]


def _assay_rows(study: Study) -> list[tuple[str, str, str, str]]:
    return [(m.assay, ", ".join(m.sides) or "-", ", ".join(map(str, m.days)), f"{m.hour:g}") for m in study.assays]


def _injection_lines(study: Study) -> Iterator[str]:
    yield from (f"{each}: {', '.join(each.arms) or 'all arms'}" for each in study.injections)
    yield from (f"{injection}: {arm.name}" for arm in study.arms for injection in arm.injections)
