"""Copies of findings in which every arm, and every animal that slices are taken from, has something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from experiments.evidence.finding import Finding
from experiments.protocol.arm import Arm
from experiments.protocol.catalogue import circuit_of


def without(findings: Iterable[Finding], switches: Sequence[str]) -> tuple[Finding, ...]:
    """Copies of the findings with mechanisms switched off in every arm.

    Parameters
    ----------
    findings
        The findings to copy.
    switches
        Names of mechanisms, as `switch_off` of a study takes them; none leaves the findings as they are.

    Raises
    ------
    UserError
        For a switch that does not exist.
    """
    if not switches:
        return tuple(findings)
    return tuple(_changed(finding, lambda arm: _switched_off(arm, switches)) for finding in findings)


def with_settings(findings: Iterable[Finding], settings: Mapping[str, str | float]) -> tuple[Finding, ...]:
    """Copies of the findings with other numbers of the circuit in every arm.

    Parameters
    ----------
    findings
        The findings to copy.
    settings
        Path of a number of the circuit -> its value with unit, as `set` of an arm takes it. A path that the circuit of
        an arm lacks is left out there, and what an arm sets itself stays.
    """
    return tuple(_changed(finding, lambda arm: _set(arm, settings)) for finding in findings)


def _changed(finding: Finding, change: Callable[[Arm], Arm]) -> Finding:
    new: dict[str, Any] = {"sliced": change(finding.sliced)}
    if finding.study is not None:
        new["study"] = finding.study.changed(arms=tuple(map(change, finding.study.arms)))
    return finding.model_copy(update=new)


def _switched_off(arm: Arm, switches: Sequence[str]) -> Arm:
    return arm.changed(name=arm.name, switch_off=(*arm.switch_off, *switches))


def _set(arm: Arm, settings: Mapping[str, str | float]) -> Arm:
    known = dict(circuit_of(arm.circuit, arm.extensions).parameters())
    own = {path: value for path, value in settings.items() if path in known}
    return arm.changed(name=arm.name, set=own | arm.set)
