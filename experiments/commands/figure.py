"""The command `figure`: draw one figure of a study, in the size and format of a journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import UserError, unknown_name
from experiments.commands.terminal import print_table, show

#: Units of a width -> mm.
_LENGTHS = {"mm": 1.0, "cm": 10.0, "in": 25.4}


def figure(
    name: Annotated[str, typer.Argument(help="Which figure; --list names all.", metavar="NAME")] = "",
    folder: Annotated[Path | None, typer.Argument(help="The folder of a study.", metavar="DIR")] = None,
    width: Annotated[str, typer.Option(help="Its width: 85mm for a column, 170mm for a page.", metavar="MM")] = "170mm",
    out: Annotated[
        Path | None, typer.Option(help="The file; NAME.png by default.", metavar="FILE", show_default=False)
    ] = None,
    format: Annotated[
        str,
        typer.Option(help="png, svg, pdf or eps; by default as FILE ends.", metavar="FORMAT", show_default=False),
    ] = "",
    population: Annotated[
        list[str] | None, typer.Option(help="Of spikes: this population; may be repeated.", metavar="NAME")
    ] = None,
    arm: Annotated[str | None, typer.Option(help="Of a raster or circuit: this arm.", metavar="NAME")] = None,
    animal: Annotated[int | None, typer.Option(help="Of a raster: this animal.", metavar="N")] = None,
    epoch: Annotated[str | None, typer.Option(help="Of a raster: label or position.", metavar="LABEL")] = None,
    day: Annotated[int | None, typer.Option(help="Of spikes: this day.", metavar="DAY")] = None,
    assay: Annotated[str | None, typer.Option(help="Of spikes: this assay.", metavar="NAME")] = None,
    side: Annotated[str | None, typer.Option(help="Of spikes: ipsi or contra.", metavar="SIDE")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the figures.")] = False,
) -> None:
    """Draw one figure of a study, sized for a journal."""
    from results.figures.names import FIGURE_LINES

    if list_all:
        print_table(("figure", "what it shows"), FIGURE_LINES.items())
        return
    if not name:
        raise UserError(f"bluespot figure: which figure? It has {', '.join(FIGURE_LINES)}; --list says what they show.")
    if name not in FIGURE_LINES:
        raise unknown_name("figure", name, FIGURE_LINES, "bluespot figure")
    if folder is None:
        raise UserError(f"bluespot figure {name}: no folder of a study; expected one, such as runs/ligation-vs-sham.")
    chosen = {"population": population, "arm": arm, "animal": animal, "epoch": epoch, "day": day, "assay": assay,
              "side": side}  # fmt: skip
    from results.figures.saving import save_as

    path = _file(name, out, format)
    drawn = _drawn(name, folder, {key: value for key, value in chosen.items() if value is not None}, _mm(width))
    show(str(save_as(drawn, path)))


def _drawn(name: str, folder: Path, chosen: dict[str, Any], width_mm: float) -> Any:
    if name == "circuit":
        from experiments.running.circuit_picture import arm_picture
        from results.figures.circuit import draw_circuit

        return draw_circuit(arm_picture(folder, str(chosen.get("arm", ""))), width_mm=width_mm)
    from results.figures.catalogue import drawn_figure

    return drawn_figure(name, folder, chosen, width_mm)


def _mm(text: str) -> float:
    """Millimetres of a width such as "85mm", "8.5 cm", "3.3in" or "85"."""
    from results.figures.style import checked_width

    number = text.strip().lower()
    unit = next((unit for unit in _LENGTHS if number.endswith(unit)), "")
    try:
        millimetres = float(number.removesuffix(unit)) * _LENGTHS.get(unit, 1.0)
    except ValueError:
        raise UserError(f'--width "{text}": expected a width such as 85mm, 8.5cm or 3.3in.') from None
    return checked_width(millimetres)


def _file(name: str, out: Path | None, format: str) -> Path:
    """The file to write, in the format that is asked for."""
    from results.figures.saving import FORMATS, one_of

    if format and format not in FORMATS:
        raise UserError(f'--format "{format}": expected {one_of(list(FORMATS))}.')
    path = out or Path(f"{name}.{format or 'png'}")
    ending = path.suffix.removeprefix(".").lower()
    if format and ending != format:
        path = path.with_name(f"{path.name}.{format}" if ending not in FORMATS else f"{path.stem}.{format}")
    return path if path.suffix else path.with_suffix(f".{format or 'png'}")
