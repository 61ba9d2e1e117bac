"""The command that says which mechanisms a drug's effect goes through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.terminal import (
    Animals,
    AsJson,
    Scheduler,
    Seed,
    Size,
    StudyName,
    Workers,
    folder_option,
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
        str, typer.Option(help="Of alpha2, repair, serotonin, dopamine, sodium, alpha1, ...", metavar="NAMES")
    ] = "alpha2,repair,serotonin,dopamine,sodium",
    arms: Annotated[
        str, typer.Option(help="Treated arms to explain; all that have a vehicle arm by default.", metavar="ARMS")
    ] = "",
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Animals = None,
    size: Size = None,
    seed: Seed = None,
    json: AsJson = False,
) -> None:
    """Run a study under all combinations of mechanisms and say how much of each drug's effect goes through which."""
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.evidence import attribution
    from results.figures import draw_attributions, save

    given = read_changed(study, animals, size, seed)
    wanted = attribution.attribution_study(given, split_names(mechanisms), split_names(arms))
    pool = worker_pool(workers, scheduler)
    note(f"{wanted.study.name}: {len(wanted.study.arms)} arms x {wanted.study.animals} animals")
    try:
        found = attribution.attribute(wanted, out, pool, ProgressBar(quiet=json))
    except KeyboardInterrupt:
        note(f"Finished animals are kept in {out}; the same command goes on from there.")
        raise
    table = found.tables["attribution"]
    folder = out / "attribution"
    folder.mkdir(exist_ok=True)
    table.write_csv(folder / "attribution.csv")
    for name, figure in draw_attributions(table).items():
        save(figure, folder, name)
    if json:
        print_json(found.record())
        return
    show("\n".join([found.title, *found.sentences]))
    show(f"\nTable and figures are in {folder}")
