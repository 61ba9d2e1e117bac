"""What differs between recorded animals: firing rates at rest, and responses to the same stimulus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.running.diff.operands import Operand
from experiments.running.diff.rows import DiffRow
from results.comparison.rate_differences import RATE_PLACE, rate_differences
from results.files.arrays import read_arrays
from results.files.folder import ManifestArm

if TYPE_CHECKING:
    import pandas as pd

#: Group of rows -> the parts of epochs in which its rates were counted.
_PARTS = {"rates": ("rest",), "responses": ("during", "after")}
#: Columns of a place that have another name beside an interval.
_COLUMNS = {"low": "strength_low", "high": "strength_high", "unit": "strength_unit"}
#: What `rates` are built from.
_READ = ("epochs", "windows", "populations", "assays")


@dataclass(frozen=True)
class Recorded:
    """What two recorded operands have unlike.

    rows: what differs. told: group -> how many places were compared, and how; of the groups in which any differs.
    unsure: of those in which some are unequal and none is told apart. equal: of those in which all are equal.
    """

    rows: tuple[DiffRow, ...]
    told: dict[str, str]
    unsure: dict[str, str]
    equal: dict[str, str]


def recorded_rows(a: Operand, b: Operand, arms: list[tuple[str, str]]) -> Recorded:
    """Compare the rates of two folders or animals, arm by arm.

    arms: names of the arms that are compared, of A and of B.
    """
    frames = [_rates(each) for each in (a, b)]
    matched = _matched(a, b)
    rows: list[DiffRow] = []
    sentences: list[dict[str, str]] = [{}, {}, {}]
    for group, parts in _PARTS.items():
        found = {names: _compared(frames, names, parts, matched) for names in arms}
        for names, table in found.items():
            rows += _rows(group, table, names[0] if len(arms) > 1 else "")
        tables = list(found.values())
        sentences[_kind(tables)][group] = _sentence(tables, matched)
    return Recorded(tuple(rows), *sentences)


def _kind(tables: list[pd.DataFrame]) -> int:
    """0 where any place differs, 1 where some are unequal and none is told apart, 2 where all are equal."""
    if any(table["differs"].any() for table in tables):
        return 0
    return 2 if all(table["equal"].all() for table in tables) else 1


def finished_rows(a: Operand, b: Operand) -> list[DiffRow]:
    """The row of how many animals are finished, where two folders differ in it."""
    told = [_finished(each) for each in (a, b)]
    return [DiffRow("study", "finished animals", told[0], told[1])] if told[0] != told[1] else []


def _finished(of: Operand) -> str:
    """`3 of 6`; "" for a single animal."""
    from results.study import open_study

    if of.folder is None or of.animal is not None:
        return ""
    study = open_study(of.folder)
    arms = [of.arm.name] if of.arm else list(of.arms)
    found = [arm.name for arm, _, _ in study.finished if arm.name in arms]
    return f"{len(found)} of {len(arms) * len(study.manifest.animals)}"


def _rates(of: Operand) -> pd.DataFrame:
    """The rates of a folder, or of the one animal that is meant."""
    from results.frames.tables import rates_frame
    from results.study import open_study

    if of.folder is None:
        raise ValueError(f"{of.title} was not run")
    if of.animal is None:
        return open_study(of.folder).rates
    arm = ManifestArm(str(of.arm.name if of.arm else ""), "", "")
    return rates_frame([(arm, read_arrays(of.folder, dict.fromkeys(_READ)))], {})


def _matched(a: Operand, b: Operand) -> bool:
    """Whether animals of one number are the same animal in both: of one seed, size and set of populations."""
    if a.study is None or b.study is None:
        return False
    same = (a.study.seed, a.study.size) == (b.study.seed, b.study.size)
    return same and (a.animal is None or b.animal is None or a.animal == b.animal)


def _compared(frames: list[pd.DataFrame], arms: tuple[str, str], parts: tuple[str, ...], matched: bool) -> pd.DataFrame:
    one, other = (frame[frame["arm"] == arm] for frame, arm in zip(frames, arms, strict=True))
    return rate_differences(one, other, parts, matched)


def _rows(group: str, table: pd.DataFrame, arm: str) -> list[DiffRow]:
    """A row for each place that differs, by population and time."""
    order = table[table["differs"]].to_dict("records")
    return [
        DiffRow(
            group,
            _in_words(place),
            f"{place['a']:.4g}",
            f"{place['b']:.4g}",
            "Hz",
            arm,
            float(place["a"]),
            float(place["b"]),
            low=float(place["low_end"]),
            high=float(place["high_end"]),
            n_a=int(place["n_a"]),
            n_b=int(place["n_b"]),
            place={_COLUMNS.get(name, name): place[name] for name in RATE_PLACE},
        )
        for place in order
    ]


def _in_words(place: dict[str, Any]) -> str:
    """`ipsi_projection, day 13 hour 2, force 50-70 g on ipsi, during`."""
    parts = [place["population"], f"day {place['day']} hour {place['hour']:g}", place["phase"]]
    if place["stimulus"]:
        low, high, unit = place["low"], place["high"], place["unit"]
        strength = "" if low < 0.0 else f" {low:g} {unit}" if low == high else f" {low:g}-{high:g} {unit}"
        parts.append(f"{place['stimulus']}{strength} on {place['side']}".removesuffix(" on "))
        parts.append(place["part"])
    return ", ".join(filter(None, parts))


def _sentence(tables: list[pd.DataFrame], matched: bool) -> str:
    """How many places were compared and how, in words."""
    places = sum(len(table) for table in tables)
    if not places:
        return "no place that both have"
    differ, equal = (sum(int(table[name].sum()) for table in tables) for name in ("differs", "equal"))
    most = max(int(table[["n_a", "n_b"]].to_numpy().max()) for table in tables if len(table))
    how = "pairs of animals of one number" if matched else "different animals"
    how = f"; {how}, false discovery rate 5 %" if most > 1 else ""
    return f"{places:,} places: {differ:,} differ, {places - differ - equal:,} not told apart, {equal:,} equal{how}"
