"""Summaries of a result file or a study folder, as JSON-ready dictionaries and as lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.days import HOURS_PER_DAY
from core.errors import UserError
from core.records import AnimalRecord
from results.files.arrays import read_arrays
from results.files.columns import NOT_RECORDED
from results.files.flags import in_words, told_flags
from results.files.folder import GROWS, Manifest, animal_path, read_manifest
from results.files.labels import what_was_done
from results.files.opening import read_cohort
from results.files.provenance_text import provenance_lines
from results.files.reading import (
    PopulationCounts,
    read_animal,
    read_attributes,
    read_content_checksum,
    read_counts,
)

Summary = dict[str, Any]
#: So many flags of an animal are told in lines.
_MOST_FLAGS = 20


def inspect(path: Path | str) -> Summary:
    """Summarise an animal's file, a study folder, or the `cohort.h5` of a study.

    Parameters
    ----------
    path
        A file of an animal, the folder of a study, or its `cohort.h5`.

    Returns
    -------
    dict
        JSON-ready. With `kind` "animal": attributes, content checksum ("" in a file of format version 1), epochs with
        what was done, whether that was inferred from labels (`inferred`), populations with mean rates, assays, names of
        slow state and drug columns, provenance, machine. With `kind` "study": for each arm the finished and missing
        animals; versions, damaged files, and files of an unfinished run. With `kind` "cohort": the animals of each arm,
        and populations.

    Raises
    ------
    UserError
        Where there is none of them, or the file is damaged. Damaged files of a study are listed instead.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path}: there is no such file or folder.")
    if path.is_dir():
        return _inspect_study(path)
    links = read_cohort(path)
    return _inspect_animal(path) if links is None else _inspect_cohort(path, links)


def describe(summary: Mapping[str, Any]) -> list[str]:
    """Lines of text that show a summary.

    Parameters
    ----------
    summary
        As `inspect` gives it.
    """
    lines = {"study": _study_lines, "cohort": _cohort_lines, "animal": _animal_lines}[summary["kind"]]
    return list(lines(summary))


def _inspect_cohort(path: Path, links: list[tuple[str, int, str]]) -> Summary:
    animals: dict[str, list[int]] = {}
    for arm, animal in sorted({(arm, animal) for arm, animal, _ in links}):
        animals.setdefault(arm, []).append(animal)
    populations = sorted({population for _, _, population in links})
    return {"kind": "cohort", "path": str(path), "animals": animals, "populations": populations}


def _inspect_animal(path: Path) -> Summary:
    record, counts = read_animal(path, spikes=False), read_counts(path)
    totals = np.where(counts.spikes == NOT_RECORDED, 0, counts.spikes).sum(axis=0)
    arrays = read_arrays(path, ("epochs", "assays", "flags"))
    done = what_was_done(arrays)
    epochs = [
        {
            "label": epoch.label,
            "purpose": epoch.purpose,
            "day": epoch.hours / HOURS_PER_DAY,
            "seconds": epoch.seconds,
            "spikes": int(total),
            **{name: _plain(column[k]) for name, column in done.items()},
        }
        for k, (epoch, total) in enumerate(zip(record.epochs, totals, strict=True))
    ]
    return {
        "kind": "animal",
        "path": str(path),
        **read_attributes(path),
        "content_checksum": read_content_checksum(path),
        "inferred": arrays.format_version < 2,
        "epochs": epochs,
        "populations": _populations(counts, np.array([epoch.seconds for epoch in record.epochs])),
        "assays": _assays(record),
        "flags": [{**flag, "value": _plain(flag["value"])} for flag in told_flags(arrays["flags"], arrays["epochs"])],
        "slow_state": sorted(record.slow_state.columns),
        "concentrations": sorted(record.concentrations.columns),
        "provenance": dict(record.provenance),
        "machine": dict(record.machine),
    }


def _plain(value: object) -> object:
    """JSON-ready; a number that is not known becomes None."""
    found = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(found, float) and not np.isfinite(found) else found


def _populations(counts: PopulationCounts, seconds: np.ndarray) -> list[Summary]:
    rows = []
    for name, cells, spikes in zip(counts.names, counts.cells.tolist(), counts.spikes, strict=True):
        recorded = spikes != NOT_RECORDED
        total, exposure = int(spikes[recorded].sum()), cells * float(seconds[recorded].sum())
        rate = total / exposure if exposure else None
        rows.append({"name": name, "cells": cells, "spikes": total, "mean_rate_hertz": rate})
    return rows


def _assays(record: AnimalRecord) -> list[Summary]:
    groups: dict[tuple[str, str, str, str], list[tuple[int, float]]] = {}
    for value in record.assays:
        groups.setdefault((value.assay, value.name, value.side, value.unit), []).append((value.day, value.value))
    return [
        {
            "assay": assay,
            "name": name,
            "side": side,
            "unit": unit,
            "values": len(found),
            "days": sorted({day for day, _ in found}),
            "lowest": min(_finite(found), default=None),
            "highest": max(_finite(found), default=None),
        }
        for (assay, name, side, unit), found in groups.items()
    ]


def _finite(found: list[tuple[int, float]]) -> list[float]:
    return [value for _, value in found if np.isfinite(value)]


def _inspect_study(out: Path) -> Summary:
    manifest = read_manifest(out)
    versions: Counter[str] = Counter()
    damaged: list[str] = []
    arms = [_inspect_arm(out, manifest, arm.name, versions, damaged) for arm in manifest.arms]
    return {
        "kind": "study",
        "path": str(out),
        "study": manifest.study,
        "seed": manifest.seed,
        "animals_per_arm": len(manifest.animals),
        "arms": arms,
        "finished": sum(len(arm["finished"]) for arm in arms),
        "wanted": len(manifest.arms) * len(manifest.animals),
        "grows": manifest.grows,
        "versions": dict(versions),
        "damaged": damaged,
        "unfinished_files": sorted(str(part.relative_to(out)) for part in out.glob("animals/*/.*.part")),
    }


def _inspect_arm(out: Path, manifest: Manifest, name: str, versions: Counter[str], damaged: list[str]) -> Summary:
    arm = manifest.arm(name)
    finished: list[int] = []
    missing: list[int] = []
    for animal in manifest.animals:
        try:
            path = animal_path(out, name, animal)
            found = read_attributes(path) if path.is_file() else None
        except UserError as error:
            damaged.append(str(error))
            found = None
        (missing if found is None else finished).append(animal)
        if found is not None:
            versions[str(found["bluespot_version"])] += 1
    return {
        "arm": name,
        "circuit": arm.circuit,
        "treatment": arm.treatment,
        "manipulation": arm.manipulation,
        "finished": finished,
        "missing": missing,
    }


def _study_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    done = f"{summary['finished']} of {summary['wanted']} animals finished"
    yield f"Study {summary['study']}, seed {summary['seed']}: {done}"
    width = max((len(arm["arm"]) for arm in summary["arms"]), default=0)
    for arm in summary["arms"]:
        missing = f"; missing {_numbers(arm['missing'])}" if arm["missing"] else ""
        what = ", ".join(filter(None, (arm["circuit"], arm["treatment"], arm["manipulation"])))
        yield f"  {arm['arm']:{width}}  {what}: {len(arm['finished'])} finished{missing}"
    yield "Written by bluespot " + (", ".join(f"{v or '?'} ({n})" for v, n in summary["versions"].items()) or "-")
    if summary["grows"]:
        yield GROWS
    yield from (f"Damaged: {line}" for line in summary["damaged"])
    yield from (f"Left by an unfinished run: {name}" for name in summary["unfinished_files"])


def _cohort_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    count = sum(map(len, summary["animals"].values()))
    yield f"Links to the spikes of {count} animals, for readers of SONATA; the animals' own files hold everything else."
    yield from (f"  {arm}: animals {_numbers(animals)}" for arm, animals in summary["animals"].items())
    yield f"Populations ({len(summary['populations'])}): {', '.join(summary['populations'])}"


def _animal_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    yield f"Animal {summary['animal']} of arm {summary['arm']}, study {summary['study']}"
    yield f"Circuit {summary['circuit']}, seed {summary['seed']}"
    checked = f"content checksum {summary['content_checksum']}, which all of it fits"
    told = checked if summary["content_checksum"] else "which has no checksums"
    yield f"Format version {summary['format_version']}, {told}"
    yield from provenance_lines(summary["provenance"], summary["machine"])
    yield f"Populations ({len(summary['populations'])}): cells, spikes, mean rate"
    for row in summary["populations"]:
        rate = "-" if row["mean_rate_hertz"] is None else f"{row['mean_rate_hertz']:.2f} Hz"
        yield f"  {row['name']:28} {row['cells']:7d} {row['spikes']:10d} {rate:>11}"
    inferred = ", the last two inferred from labels and assays" if summary["inferred"] else ""
    yield f"Epochs ({len(summary['epochs'])}): day, length, spikes, what was done, phase{inferred}"
    for row in summary["epochs"]:
        numbers = f"{row['day']:8.3f} d {row['seconds']:8.2f} s {row['spikes']:9d}"
        yield f"  {row['label']:40} {numbers}  {_stimulus(row):28} {row['phase']}".rstrip()
    if summary["flags"]:
        yield f"Flagged ({len(summary['flags'])}): what no circuit does"
    for flag in summary["flags"][:_MOST_FLAGS]:
        yield f"  {in_words(flag)}"
    if len(summary["flags"]) > _MOST_FLAGS:
        yield f"  and {len(summary['flags']) - _MOST_FLAGS} more"
    yield f"Assays ({len(summary['assays'])}): values, days, range"
    for row in summary["assays"]:
        what = " ".join(filter(None, (row["name"], row["side"])))
        span = "-" if row["lowest"] is None else f"{row['lowest']:.4g} to {row['highest']:.4g} {row['unit']}"
        yield f"  {what:40} {row['values']:4d} on days {_numbers(row['days'])}: {span}"


def _stimulus(row: Mapping[str, Any]) -> str:
    """What was done to a paw in an epoch: `force ipsi to 66.2 g`."""
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    strength = "" if row["strength"] is None or not row["stimulus"] else f"to {row['strength']:.3g}{unit}"
    return " ".join(filter(None, (row["stimulus"], row["side"], strength)))


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
