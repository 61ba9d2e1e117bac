"""Finds the arm, the measure and the time of a study that each row of own data belongs to.

An arm is found by its name, or by its words: those for the circuit, and the drugs. `SNL + duloxetine` is the arm of
ligated animals under that drug, where there is one such arm only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import UserError, nearest, unknown_name
from results.own_data.reading import OwnData
from results.own_data.units import check_unit, convertible, factor
from results.statistics.grids import Grids

#: Kind of a name ("circuit", "assay", "side") -> ours -> what others write for it.
Words = Mapping[str, Mapping[str, Sequence[str]]]
#: Words of an arm's treatment that name no drug.
WORDS_OF_NO_DRUG = ("vehicle", "saline", "control", "untreated", "none")
#: Words that say nothing of which arm is meant.
NEUTRAL = (
    "rat", "rats", "animals", "group", "model", "surgery", "operated", "operation", "injury", "injured", "treated",
    "treatment", "given", "daily", "once", "twice", "day", "days", "from", "and", "with", "plus", "alone", "only",
)  # fmt: skip
#: A measurement of the study lies at most as many hours from the hour of a row.
NEAREST_HOURS = 1.0
#: Measures with these endings are meant where a table does not name its assay.
USUAL_ENDINGS = ("_threshold", "_latency")


@dataclass(frozen=True)
class MatchedData:
    """Own data with their places in a study.

    Attributes
    ----------
    name, source, published
        As `OwnData` has them.
    rows
        Those of the own data that have a place, with the columns `matched` (the arm of the study), `column` (position
        in `Grids.measurements`), and value and sd in the unit of the study.
    notes
        What was taken for granted, and what was left out and why, one line each.
    """

    name: str
    source: str
    published: bool
    rows: pd.DataFrame
    notes: tuple[str, ...]


def match(data: OwnData, grids: Grids, words: Words, chosen: Mapping[str, str] | None = None) -> MatchedData:
    """Find the places of own data in a study.

    Parameters
    ----------
    data
        As `read_own_data` gives them.
    grids
        The values of the study.
    words
        What others write for names of circuits, assays and sides.
    chosen
        Arm of the own data -> arm of the study, where words are not enough.

    Raises
    ------
    UserError
        For an arm, assay, side or unit that the study does not have, and where no row has a place.
    """
    arms = _arms(data, grids, words, chosen or {})
    taken = [f'"{theirs}" is {ours}' for theirs, ours in arms.items() if theirs != ours]
    notes = [f"{data.name}: {', '.join(taken)}."] if taken else []
    rows = data.rows.assign(matched=data.rows["arm"].map(arms))
    columns, factors = np.full(len(rows), -1), np.ones(len(rows))
    for (assay, side, unit), group in rows.groupby(["assay", "side", "unit"], sort=False):
        where = f"{data.name}: row {group['row'].iloc[0]}"
        measure = _measure(grids, (assay, side, unit), where, words, notes)
        places = group.index.to_numpy()
        factors[places] = factor(unit or measure[3], measure[3])
        columns[places] = _times(data.name, grids, measure, group, notes)
    rows = rows.assign(column=columns, value=rows["value"] * factors, sd=rows["sd"] * factors)
    kept = rows[(rows["column"] >= 0) & _measured(grids, rows)].reset_index(drop=True)
    left = rows[(rows["column"] >= 0) & ~_measured(grids, rows)]
    if len(left):
        notes.append(f"{data.name}: {_listed(left['row'])}: the arm of the study was not measured then; left out.")
    if not len(kept):
        raise UserError("\n".join([f"{data.name}: no row has a place in the study.", *notes]))
    return MatchedData(data.name, data.source, data.published, kept, tuple(dict.fromkeys(notes)))


def _measured(grids: Grids, rows: pd.DataFrame) -> np.ndarray:
    measured = {arm: grids.measured(arm) for arm in grids.arms.index}
    return np.array([measured[arm][column] for arm, column in zip(rows["matched"], rows["column"], strict=True)], bool)


# --- arms -------------------------------------------------------------------------------------------------------


def _arms(data: OwnData, grids: Grids, words: Words, chosen: Mapping[str, str]) -> dict[str, str]:
    """Arm of the own data -> arm of the study; UserError where two are one."""
    names = list(dict.fromkeys(data.rows["arm"]))
    for theirs, ours in chosen.items():
        if theirs not in names:
            raise unknown_name("arm", theirs, names, f"--match: {data.name}")
        if ours not in grids.arms.index:
            raise unknown_name("arm", ours, grids.arms.index, "--match")
    first = {arm: data.rows.loc[data.rows["arm"] == arm, "row"].iloc[0] for arm in names}
    found = {arm: chosen.get(arm) or _arm(arm, grids, words, f"{data.name}: row {first[arm]}") for arm in names}
    for ours in dict.fromkeys(found.values()):
        alike = [arm for arm in names if found[arm] == ours]
        if len(alike) > 1:
            both = '" and "'.join(alike)
            raise UserError(f'{data.name}: "{both}" are both taken for {ours}; say which is what by --match.')
    return found


def _arm(name: str, grids: Grids, words: Words, where: str) -> str:
    ours = list(map(str, grids.arms.index))
    same = [arm for arm in ours if _plain(arm) == _plain(name)]
    if len(same) == 1:
        return same[0]
    likely = [arm for arm in ours if _means(name, grids.arms.loc[arm], grids.arms, words)]
    if _doses(name):
        likely = [arm for arm in likely if _doses(str(grids.arms.loc[arm, "treatment"])) == _doses(name)]
    if len(likely) == 1:
        return likely[0]
    if likely:
        listed = ", ".join(likely)
        raise UserError(f'{where}: arm "{name}" may be {listed}; say which by --match "{name}=ARM".')
    close = nearest(name, ours) or ours[:3]
    raise UserError(
        f'{where}: no arm of the study is "{name}". Nearest: {", ".join(close)}. It has: {", ".join(ours)}. '
        f'Say which is meant by --match "{name}=ARM".'
    )


def _means(name: str, arm: pd.Series, arms: pd.DataFrame, words: Words) -> bool:
    """Whether the words of a name are those of an arm: its circuit, all of its drugs and no other, no manipulation."""
    named = [circuit for circuit in arms["circuit"].unique() if _says(name, circuit, words["circuit"].get(circuit, ()))]
    drugs = {drug for treatment in arms["treatment"] for drug in _drugs(treatment)}
    given = {drug for drug in drugs if _tokens(drug) <= _tokens(name)}
    circuit = named == [arm["circuit"]] if named else arms["circuit"].nunique() == 1
    manipulated = bool(arm["manipulation"]) == any(
        _plain(each) in _plain(name) for each in arms["manipulation"].unique() if each
    )
    understood = bool(named or given or any(word in name.casefold() for word in WORDS_OF_NO_DRUG))
    understood &= not _unknown_words(name, arm, words)
    return understood and circuit and given == set(_drugs(arm["treatment"])) and manipulated


def _unknown_words(name: str, arm: pd.Series, words: Words) -> set[str]:
    """Words of a name that are none of an arm's: another drug, perhaps, so that it is another arm."""
    circuit = " ".join((arm["circuit"], *words["circuit"].get(arm["circuit"], ())))
    known = {*_tokens(circuit), *_tokens(arm["treatment"]), *_tokens(arm["manipulation"]), *WORDS_OF_NO_DRUG, *NEUTRAL}
    return {token for token in _tokens(name) - known if len(token) > 2 and not any(sign.isdigit() for sign in token)}


def _tokens(text: str) -> set[str]:
    return {_plain(token) for token in re.split(r"[^\w]+|_", str(text)) if token}


def _says(name: str, ours: str, others: Iterable[str]) -> bool:
    return any(_plain(word) in _plain(name) for word in (ours, *others))


def _drugs(treatment: str) -> list[str]:
    """Drugs of a treatment such as `duloxetine 10 mg/kg + idazoxan 30 ug`, without vehicles."""
    parts = [part.split()[0] for part in re.split(r"\s+\+\s+", treatment.strip()) if part]
    return [part for part in dict.fromkeys(parts) if part.casefold() not in WORDS_OF_NO_DRUG]


def _doses(text: str) -> set[float]:
    """Numbers that stand before a unit of mass."""
    return {float(number) for number in re.findall(r"(\d+(?:\.\d+)?)\s*(?:mg|ug|µg|nmol)", text)}


def _plain(name: str) -> str:
    """What is left of a name without capitals, accents and whatever is no letter or digit."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", str(name)) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", "", bare.casefold())


# --- measures and times -----------------------------------------------------------------------------------------


def _measure(grids: Grids, wanted: tuple[str, str, str], where: str, words: Words, notes: list[str]) -> tuple[str, ...]:
    """The measure (assay, name, side, unit) of the study that a table means by assay, side and unit."""
    assay, side, unit = wanted
    check_unit(unit, where)
    measures = grids.measures()
    found = [m for m in measures if not assay or _names(assay, m, words)]
    if not found:
        raise unknown_name("assay", assay, dict.fromkeys(name for m in measures for name in m[:2]), where)
    if not assay:
        found = [m for m in found if m[1].endswith(USUAL_ENDINGS)] or found
    sided = [m for m in found if not side or m[2] == _side(side, words, where)]
    if not sided:
        listed = ", ".join(dict.fromkeys(m[2] or "no side" for m in found))
        raise UserError(f'{where}: side "{side}": the study measured {found[0][1]} on: {listed}.')
    fitting = [m for m in sided if not unit or convertible(unit, m[3])]
    if not fitting:
        raise UserError(f'{where}: unit "{unit}": the study has {sided[0][1]} in {sided[0][3]}.')
    if len({m[:2] for m in fitting}) > 1:
        listed = ", ".join(dict.fromkeys(m[1] for m in fitting))
        raise UserError(f"{where}: it may be {listed}; name one in a column assay, or above the table: # assay: ...")
    measure = next((m for m in fitting if m[2] == "ipsi"), fitting[0])
    notes += [f"{where}: no side is told; {measure[2]} is taken."] if len(fitting) > 1 else []
    notes += [] if unit else [f"{where}: no unit is told; {measure[3]} is taken."]
    return measure


def _names(assay: str, measure: tuple[str, ...], words: Words) -> bool:
    others = words["assay"].get(measure[0], ())
    return _plain(assay) in {_plain(word) for word in (*measure[:2], *others)}


def _side(side: str, words: Words, where: str) -> str:
    known = words["side"]
    found = [ours for ours, others in known.items() if _plain(side) in {_plain(ours), *map(_plain, others)}]
    if not found:
        raise unknown_name("side", side, known, where)
    return found[0]


def _times(name: str, grids: Grids, measure: tuple[str, ...], group: pd.DataFrame, notes: list[str]) -> np.ndarray:
    """The measurement of each row, -1 for a time at which the study has none."""
    course = grids.course(measure)
    days, hours = (grids.measurements[key].to_numpy()[course] for key in ("day", "hour"))
    found = []
    for row in group.itertuples():
        same = np.flatnonzero(days == row.day)
        if np.isfinite(row.hour):
            same = same[np.abs(hours[same] - row.hour) <= NEAREST_HOURS]
            same = same[np.argsort(np.abs(hours[same] - row.hour), kind="stable")[:1]]
        if len(same) > 1:
            listed = ", ".join(f"{hour:g}" for hour in hours[same])
            raise UserError(f"{name}: row {row.row}: the study measured {measure[1]} at hours {listed}; say the hour.")
        found.append(course[same[0]] if len(same) else -1)
    missing = group[np.array(found) < 0]
    if len(missing):
        lacking = ", ".join(f"{day}" for day in sorted(set(missing["day"])))
        known = ", ".join(f"{day}" for day in dict.fromkeys(days.tolist()))
        notes.append(
            f"{name}: {_listed(missing['row'])}: the study did not measure {measure[1]} {measure[2]} then (day "
            f"{lacking}; it has {known}); left out."
        )
    return np.array(found, int)


def _listed(lines: Iterable[int]) -> str:
    """`row 4`, `rows 4 to 9`, `rows 4, 7`; of many the first and the last."""
    numbers = sorted(set(map(int, lines)))
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if numbers[-1] - numbers[0] + 1 == len(numbers):
        return f"rows {numbers[0]} to {numbers[-1]}"
    return (
        f"rows {', '.join(map(str, numbers))}"
        if len(numbers) <= 8
        else f"{len(numbers)} rows from {numbers[0]} to {numbers[-1]}"
    )
