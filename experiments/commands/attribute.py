"""The command `attribute`: how much of a drug's effect each mechanism contributes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.terminal import (
    Allow,
    Animals,
    AsJson,
    Extensions,
    Scheduler,
    Seed,
    Size,
    StudyName,
    Workers,
    folder_option,
    kept_when_stopped,
    note,
    print_json,
    read_changed,
    show,
    split_names,
    worker_pool,
)


def attribute(
    study: StudyName,
    out: Annotated[Path, folder_option("Folder for the results; finished animals in it are kept.")],
    mechanisms: Annotated[
        str, typer.Option(help="Mechanisms to compare, such as alpha2,repair,serotonin.", metavar="NAMES")
    ] = "alpha2,repair,serotonin,dopamine,sodium",
    arms: Annotated[
        str, typer.Option(help="Treated arms to explain; all that have a vehicle arm by default.", metavar="ARMS")
    ] = "",
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Animals = None,
    size: Size = None,
    seed: Seed = None,
    with_: Extensions = None,
    allow: Allow = False,
    json: AsJson = False,
) -> None:
    """Say how much of an effect goes through which mechanism.

    Runs a study under all combinations of the mechanisms, on the same animals.
    """
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.evidence import attribution
    from results.comparison.frames import write_csv
    from results.figures import draw_attributions, save

    changes = {"animals": animals, "size": size, "seed": seed}
    given = read_changed(study, changes, allow=allow, extensions=with_)
    wanted = attribution.attribution_study(given, split_names(mechanisms), split_names(arms))
    pool = worker_pool(workers, scheduler)
    note(f"{wanted.study.name}: {len(wanted.study.arms)} arms x {wanted.study.animals} animals")
    with kept_when_stopped("Finished animals", out):
        found = attribution.attribute(wanted, out, pool, ProgressBar(quiet=json))
    table = found.tables["attribution"]
    folder = out / "attribution"
    folder.mkdir(exist_ok=True)
    write_csv(table, folder / "attribution.csv")
    for name, figure in draw_attributions(table).items():
        save(figure, folder, name)
    if json:
        print_json(found.record())
        return
    show("\n".join([found.title, *found.sentences]))
    show(f"\nTable and figures are in {folder}")
