"""What cannot be in a study: one line for each thing that lies outside its days or contradicts another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from core.days import HOURS_PER_DAY, hours_from_surgery
from core.errors import unknown_name
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations.anaesthesia import at_once
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.manipulations.optogenetics import simultaneous, simultaneous_in_assays
from experiments.protocol.measurement import SAME_READING, Measurement
from experiments.protocol.schema import HERE

#: First and last day of a study.
Span = tuple[int, int]


def outside(span: Span, place: str, days: Iterable[int]) -> list[str]:
    """One line for each of the days that lies before the first or after the last."""
    first, last = span
    return [
        f"{place}: day {day} lies outside the study, which lasts from day {first} to day {last}."
        for day in days
        if not first <= day <= last
    ]


def of_one_name(arms: Sequence[Arm]) -> list[str]:
    """One line for each name that several arms have; names that differ in case are one folder on some systems."""
    counts = Counter(arm.name for arm in arms)
    lines = [
        f'{HERE}: {count} arms are called "{name}"; give each its own name.'
        for name, count in counts.items()
        if count > 1
    ]
    alike: dict[str, str] = {}
    for name in counts:
        other = alike.setdefault(name.lower(), name)
        if other != name:
            lines.append(f'{HERE}: arms "{other}" and "{name}" differ in capital letters only; some systems do not.')
    return lines


def repeated(assays: Sequence[Measurement]) -> list[str]:
    """One line for each assay that another entry does on the same side at the same time."""
    seen: dict[tuple[str, str, int], list[tuple[float, int]]] = {}
    lines = []
    for k, assay in enumerate(assays):
        for side, day in ((side, day) for side in assay.sides or ("",) for day in assay.days):
            others = seen.setdefault((assay.assay, side, day), [])
            earlier = next((j for hour, j in others if j != k and abs(hour - assay.hour) < SAME_READING), None)
            if earlier is not None:
                lines.append(f"{HERE}[{k}]: assays[{earlier}] measures {assay.assay} on day {day} at the same hour.")
            others.append((assay.hour, k))
    return list(dict.fromkeys(lines))


def unknown_assays(assays: Sequence[Measurement], known: Iterable[str]) -> list[str]:
    """One line for each assay that was made of an extension which the study does not have."""
    known = set(known)
    return [
        f'{HERE}[{k}].assay = "{assay.assay}": it is no bundled assay; name the file in which it stands in extensions.'
        for k, assay in enumerate(assays)
        if assay.assay not in known
    ]


def misplaced_injections(injections: Sequence[Injection], names: Sequence[str], span: Span) -> list[str]:
    """One line for each injection outside the study, and each arm that it names and the study does not have."""
    lines = []
    for k, injection in enumerate(injections):
        lines += outside(span, f"{HERE}[{k}].on_days", injection.on_days)
        unknown = [name for name in injection.arms if names and name not in names]
        lines += [str(unknown_name("arm", name, names, f"{HERE}[{k}].arms")) for name in unknown]
    return lines


def misplaced(arms: Sequence[Arm], assays: Sequence[Measurement], span: Span) -> Iterator[str]:
    """One line for whatever is done to an arm outside the study, or to one population twice at once."""
    for k, arm in enumerate(arms):
        place = f"arms[{k}]"
        for j, regimen in enumerate(arm.treatments):
            yield from outside(span, f"{place}.treatments[{j}]", [regimen.from_day])
        for name in ("injections", "silencing", "stimulation", "anaesthesia"):
            for j, part in enumerate(getattr(arm, name)):
                yield from outside(span, f"{place}.{name}[{j}].on_days", part.on_days)
        for name in ("lesions", "knock_downs"):
            for j, part in enumerate(getattr(arm, name)):
                if part.on_day > span[1]:  # it may be older than the study
                    yield from outside(span, f"{place}.{name}[{j}].on_day", [part.on_day])
        lit = arm.optogenetics
        twice = (*simultaneous(lit), *simultaneous_in_assays(lit, assays), *at_once(arm.anaesthesia))
        yield from (f"{place}: {line}" for line in twice)


def without_history(arms: Sequence[Arm], begins: float) -> Iterator[str]:
    """One line for each arm whose injured animals would begin after surgery as if nothing had happened."""
    for k, arm in enumerate(arms):
        if begins > 0.0 and arm.prepared_circuit().is_injured:
            yield (
                f"first_day = {begins / HOURS_PER_DAY:g}: arms[{k}] is {arm.circuit}, and what its injury moves takes "
                "days; begin on day 0 or before."
            )


def first_moment(first_day: int, events: Iterable[Measurement | Injection]) -> float:
    """Hours from surgery at which a study begins: its first day, or what is measured or injected before that hour."""
    return min([hours_from_surgery(first_day), *(event.first_hour for event in events)])
