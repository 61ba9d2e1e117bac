"""The command `compare`: compare the arms of a study that was run."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import dumps as json_text
from json import loads as json_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError, unknown_name
from experiments.commands.terminal import AsJson, folder_option, note, show

if TYPE_CHECKING:
    from experiments.evidence.own_data import JudgedOwnData
    from experiments.running.comparison import WantedComparison
    from results.comparison.arms import Comparison
    from results.files.several import FiledStudy
    from results.own_data.reading import OwnData

#: Forms in which `--tables` writes.
TABLE_FORMS = ("csv", "parquet")
#: Name of the files of own data, in the folder of the comparison.
OWN_DATA = "own-data"
OwnTable = Annotated[
    Path | None,
    typer.Option(help="A table of your own animals, or of published means, to set beside the model's.", metavar="CSV"),
]
Matches = Annotated[
    list[str] | None,
    typer.Option(help="An arm of that table, and the arm of the study that it is.", metavar="THEIRS=ARM"),
]
Folders = Annotated[
    list[Path], typer.Argument(help="The folder of a study, or several to set beside one another.", metavar="DIR...")
]
Out = Annotated[Path | None, folder_option("Folder for the tables and figures of several folders.", metavar="DIR")]
References = Annotated[
    list[str] | None,
    typer.Option(
        help="Compare an arm with this arm, not with the one that follows from the treatments.", metavar="ARM=ARM"
    ),
]
Analyses = Annotated[
    list[str] | None,
    typer.Option(help="An analysis besides those of the study, such as dose-response.", metavar="NAME"),
]
Populations = Annotated[
    list[str] | None, typer.Option(help="Whose spikes, with --spikes; projection cells by default.", metavar="NAME")
]


def compare(
    folders: Folders,
    out: Out = None,
    reference: References = None,
    analysis: Analyses = None,
    day: Annotated[
        list[int] | None, typer.Option(help="Compare this day only; may be repeated.", metavar="DAY")
    ] = None,
    assay: Annotated[
        list[str] | None,
        typer.Option(help='Compare this assay only, or "rest"; may be repeated.', metavar="NAME"),
    ] = None,
    figure: Annotated[
        list[str] | None,
        typer.Option(help='Draw this figure, such as rates, or "all", "none"; may be repeated.', metavar="NAME"),
    ] = None,
    tables: Annotated[
        str,
        typer.Option(help="Write all tables, and those of single animals: csv or parquet.", metavar="FORM"),
    ] = "",
    data: OwnTable = None,
    match: Matches = None,
    spikes: Annotated[
        bool, typer.Option("--spikes", help="Measure spike trains too: rates, regularity, responses by strength.")
    ] = False,
    population: Populations = None,
    json: AsJson = False,
) -> None:
    """Compare the arms of a study, or of several.

    What is finished is compared. Tables and figures go to DIR/compare, those of several folders to --out; those of
    chosen days or assays to a folder of their own in it. Of several, arms of one name that are not the same have that
    of their folder behind an @, and the report says what the folders do not have in common.
    """
    from experiments.running.comparison import WantedComparison, compare_arms
    from results.files.several import filed

    if tables and tables not in TABLE_FORMS:
        raise unknown_name("form of tables", tables, TABLE_FORMS, "--tables")
    own_table = _read_own_data(data, match or [])
    drawn = None if figure is None else tuple(figure)
    wanted = WantedComparison(tuple(day or ()), tuple(assay or ()), drawn, tables, out)
    references = dict(_pair("--reference", each) for each in reference or []) or None
    place = wanted.place(folders)
    study = folders[0] if len(folders) == 1 else filed(*folders)
    with _seldom_collected():
        files = compare_arms(study, references, analysis or (), wanted)
    if spikes or population:
        _measure_spikes(study, references, population or (), wanted)
    own = _own_data(files.comparison, own_table, match or [], place)
    if json:
        show(_json(files.comparison.json(), own), end="")
    else:
        show(files.report())
        show("\n".join(own.lines()) if own else "", end="\n" if own else "")


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let Python look for circles of objects after every 50,000 new ones instead of every few hundred.

    Libraries, tables and figures are hundreds of thousands of objects that last, and each look goes through many.
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _measure_spikes(
    study: Path | FiledStudy, references: Mapping[str, str] | None, populations: Sequence[str], wanted: WantedComparison
) -> None:
    from results.spikes.compared import compare_spikes, write_spike_tables

    tables = compare_spikes(study, references, populations, day=wanted.days or None, assay=wanted.assays or None)
    folder = wanted.place([study] if isinstance(study, Path) else study.folders)
    written = write_spike_tables(tables, folder)
    note(f"spikes: {', '.join(path.name for path in written)} in {folder}")


def _read_own_data(data: Path | None, match: list[str]) -> OwnData | None:
    """The table of own data, read before anything that takes time; None without one."""
    if data is None:
        if match:
            raise UserError("--match: it says what an arm of --data is, and there is no --data.")
        return None
    from results.own_data.reading import read_own_data

    for each in match:
        _pair("--match", each)
    return read_own_data(data)


def _own_data(comparison: Comparison, table: OwnData | None, match: list[str], folder: Path) -> JudgedOwnData | None:
    """Own data beside the comparison, written into its folder; None without data, where earlier files are removed."""
    if table is None:
        for end in ("csv", "png", "svg"):
            (folder / f"{OWN_DATA}.{end}").unlink(missing_ok=True)
        return None
    from experiments.evidence.own_data import judge_own_data, write_own_data

    judged = judge_own_data(comparison, table, dict(_pair("--match", each) for each in match))
    write_own_data(judged, comparison, folder / OWN_DATA)
    return judged


def _json(text: str, own: JudgedOwnData | None) -> str:
    """The comparison as JSON, with own data where there are some."""
    if own is None:
        return text
    content = {**json_of(text), "own_data": own.records()}
    return json_text(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _pair(option: str, text: str) -> tuple[str, str]:
    """The two arms of a text such as `ligated-duloxetine=ligated-vehicle`."""
    arm, equals, reference = text.rpartition("=")
    if not equals:
        raise UserError(f'{option} "{text}": expected two arms, such as "ligated-duloxetine=ligated-vehicle".')
    return arm, reference
