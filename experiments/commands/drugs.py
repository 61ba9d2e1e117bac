"""The commands `drugs`: list the drugs, show every number of one, plot a course of it, export it as a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.digits import two_digits
from experiments.commands.terminal import AsJson, Extensions, folder_option, names_with, print_json, print_table
from experiments.commands.terminal import show as show_text

if TYPE_CHECKING:
    from core.sourced import Sourced
    from drugs import Drug, Regimen

app = typer.Typer(
    name="drugs",
    help="List, show, export and plot drugs in the rat. Not for human doses.",
    no_args_is_help=False,
)

DrugOrFile = Annotated[str, typer.Argument(help="The name of a drug, or a drug file (.toml).", metavar="NAME")]
Route = Annotated[str, typer.Option(help="How it is given, such as s.c. or minipump.")]


@app.callback(invoke_without_command=True)
def drugs(context: typer.Context, json: AsJson = False) -> None:
    """List the drugs by class: affinity ratio NET:SERT:DAT, half-life in the rat, numbers with a source or assumed."""
    if context.invoked_subcommand is not None:
        return
    from drugs import DRUGS

    classes = list(dict.fromkeys(drug.drug_class for drug in DRUGS.values()))
    found = sorted(map(drug_entry, DRUGS.values()), key=lambda entry: classes.index(entry["class"]))
    if json:
        print_json(found)
        return
    print_table(("class", "drug", "NET:SERT:DAT", "half-life", "sourced:assumed", "routes"), map(_summary, found))


@app.command()
def show(name: DrugOrFile, with_: Extensions = None, json: AsJson = False) -> None:
    """Print every number of a drug, with range and source."""
    drug = find_drug(name, with_)
    rows = [_row(path, number) for path, number in _numbers(drug)]
    if json:
        print_json(drug_entry(drug) | {"about": about(drug), "parameters": rows})
        return
    show_text(f"{drug.name}: {drug.drug_class}")
    if about(drug):
        show_text(f"\n{about(drug)}\n")
    print_table(("number", "value", "range", "source", "status", "note"), (tuple(row.values()) for row in rows))
    if drug.metabolites:
        made = ", ".join(metabolite.name for metabolite in drug.metabolites)
        show_text(f"\nActive metabolites, with numbers of their own: {made}.")


@app.command()
def export(
    name: DrugOrFile,
    rename: Annotated[str | None, typer.Option("--name", help="The name of the drug in the file.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; printed without it.")] = None,
    with_: Extensions = None,
) -> None:
    """Write a drug file, to make a drug of your own from it."""
    from dataclasses import replace

    from core.errors import UserError
    from experiments.protocol.drug_file import write_drug
    from results.files.atomic import write_text

    drug = find_drug(name, with_)
    text = write_drug(replace(drug, name=rename) if rename else drug)
    if out is None:
        show_text(text, end="")
        return
    if out.exists():
        raise UserError(f"{out}: there is such a file already; nothing was changed.")
    write_text(out, text)


@app.command()
def plot(
    name: DrugOrFile,
    dose: Annotated[str, typer.Option(help='A dose such as "10 mg/kg", or "30 ug" into one place.')],
    out: Annotated[Path, folder_option("Folder for the figure, NAME.png and NAME.svg.")],
    route: Route = "i.p.",
    schedule: Annotated[
        str, typer.Option(help="once, daily, twice daily, 'every 8 h', 'drinking water' or minipump.")
    ] = "daily",
    days: Annotated[int, typer.Option(help="Days from the first dose.", min=1, max=365)] = 7,
    dosing_days: Annotated[
        int | None, typer.Option(help="Number of days on which it is given; all by default.", min=1)
    ] = None,
    circuit: Annotated[str, typer.Option(help="naive, sham or ligated (on the day of the first dose).")] = "naive",
    with_: Extensions = None,
) -> None:
    """Draw a course of a drug, without simulating spikes.

    Free drug, occupancy of its sites, and transmitters.
    """
    from experiments.laboratory.courses import course_of
    from experiments.protocol.catalogue import installed
    from results.figures import draw_course, save

    drug, circuits = find_drug(name, with_), (names_with(with_) or installed()).circuits
    regimen = _regimen(drug, dose, route, schedule, dosing_days)
    for path in save(draw_course(course_of(regimen, days, circuit, circuits=circuits)), out, drug.name):
        show_text(str(path))


def find_drug(name: str, extensions: list[str] | None = None) -> Drug:
    """The drug of that name, bundled or of an extension, or the one of a file; `UserError` where there is none."""
    from drugs import by_name
    from experiments.protocol.drug_file import ENDING, read_drug
    from experiments.protocol.extensions.circuit_parts import sites_of

    names = names_with(extensions)
    if name.endswith(ENDING):
        return read_drug(name, sites_of(names.extensions if names else ()))
    found: Drug = names.drug(name) if names else by_name(name)
    return found


def drug_entry(drug: Drug) -> dict[str, Any]:
    """What the list of drugs says of one, as a dictionary; its numbers are counted without those of its metabolites."""
    counts = Counter(number.source in ("ASSUMED", "FITTED") for _, number in _numbers(drug))
    affinities = {site: affinity.nanomolar for site, affinity in drug.affinities.items()}
    fate = drug.kinetics.disposition
    return {
        "name": drug.name,
        "class": drug.drug_class,
        "transporter_ratio": transporter_ratio(drug),
        "half_life_hours": None if fate is None else round(float(fate.half_life.value) / 3600.0, 3),
        "routes": list(drug.kinetics.routes),
        "affinities_nanomolar": dict(sorted(affinities.items(), key=lambda item: item[1])),
        "metabolites": [metabolite.name for metabolite in drug.metabolites],
        "numbers": {"sourced": counts[False], "assumed": counts[True]},
    }


def transporter_ratio(drug: Drug) -> str:
    """Affinity constants at NET, SERT and DAT over the smallest of them (1 is the strongest); "" without any."""
    from core.vocabulary import TRANSPORTERS

    constants = [drug.affinities[t].nanomolar if t in drug.affinities else None for t in TRANSPORTERS]
    least = min((constant for constant in constants if constant is not None), default=None)
    if least is None:
        return ""
    ratios = ["-" if constant is None else two_digits(constant / least) for constant in constants]
    return ":".join(ratios)


def about(drug: Drug) -> str:
    """What the module of a bundled drug says in words; "" for a drug of a user."""
    from importlib import import_module

    from experiments.protocol.drug_file import is_bundled

    return (import_module(f"drugs.library.{drug.name}").__doc__ or "").strip() if is_bundled(drug) else ""


def _numbers(drug: Drug) -> list[tuple[str, Sourced]]:
    from dataclasses import replace

    from core.sourced import walk

    fractions = [(f"metabolites.{m.name}.fraction", m.fraction) for m in drug.metabolites]
    return [*walk(replace(drug, metabolites=())), *fractions]


def _row(path: str, number: Sourced) -> dict[str, str]:
    from core.quantities import write_quantity

    low, high = (None if end is None else write_quantity(end, exact=True) for end in (number.low, number.high))
    span = "" if low is None or high is None else f"{low} to {high}"
    value = write_quantity(number.value, exact=True)
    return {
        "number": path,
        "value": f"{value:g}" if isinstance(value, float) else value,
        "range": span,
        "source": number.source,
        "status": number.status,
        "note": number.note,
    }


def _regimen(drug: Drug, dose: str, route: str, schedule: str, dosing_days: int | None) -> Regimen:
    from core.doses import parse_dose
    from core.schedules import ROUTE_OF, SCHEDULES, read_every
    from core.vocabulary import ROUTES
    from drugs import Regimen
    from experiments.protocol.spellings import read_name

    schedule = read_every(schedule, "--schedule") or read_name("schedule", schedule, SCHEDULES, "--schedule")
    route = ROUTE_OF.get(schedule) or read_name("route", route, ROUTES, "--route")
    last = 0 if schedule == "once" else None if dosing_days is None else dosing_days - 1
    return Regimen(drug, parse_dose(dose, "--dose", drug.grams_per_mole), route, schedule, 0, last)


def _summary(entry: dict[str, Any]) -> tuple[str, ...]:
    ratio, numbers = entry["transporter_ratio"] or "-", entry["numbers"]
    counts = f"{numbers['sourced']}:{numbers['assumed']}"
    return entry["class"], entry["name"], ratio, _hours(entry["half_life_hours"]), counts, ", ".join(entry["routes"])


def _hours(hours: float | None) -> str:
    return "-" if hours is None else f"{hours:g} h"
