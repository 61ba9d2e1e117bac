"""Attribution: how much of a drug's effect goes through which mechanism, from all combinations of them on and off.

Every treated arm and its vehicle arm are run with each combination of mechanisms switched off, on the same animals. The
shares are Shapley values (`results.analyses.shapley`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError, unknown_name
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study
from experiments.protocol.treatment import VEHICLE
from experiments.running import cohort
from experiments.running.progress import Observer
from experiments.running.workers import WorkerPool
from results.analyses.analysis import Analysis
from results.analyses.attribution import Pairs, attribution
from results.analyses.shapley import Coalition, coalitions
from results.comparison.contrasts import samples
from results.study import open_study

#: Mechanism -> the switches that together turn it off. What alpha2A does to the release of acetylcholine
#: belongs to alpha2.
MECHANISM_SWITCHES: Mapping[str, tuple[str, ...]] = {
    "alpha2": (
        "alpha2_on_c_terminals",
        "alpha2_on_a_delta_terminals",
        "alpha2_girk_on_excitatory",
        "alpha2_girk_on_islet",
        "alpha2_on_acetylcholine",
        "alpha2_on_acetylcholine_after_injury",
    ),
    "repair": ("lc_repair_slow", "glt1_induction"),
    "serotonin": ("serotonin",),
    "dopamine": ("dopamine",),
    "sodium": ("sodium_channel",),
    "alpha1": ("alpha1",),
    "alpha2delta": ("alpha2delta",),
    "autoreceptors": ("alpha2_autoreceptor_soma", "alpha2_autoreceptor_coeruleospinal"),
}
#: Mechanisms through which antidepressants may relieve pain.
USUAL_MECHANISMS = ("alpha2", "repair", "serotonin", "dopamine", "sodium")
#: n mechanisms make 2**n arms of each arm; more would take too long.
MOST_MECHANISMS = 6


@dataclass(frozen=True)
class AttributionStudy:
    """A study with an arm for every combination of mechanisms.

    Attributes
    ----------
    study
        The study to run.
    pairs
        Treated arm -> set of mechanisms that act -> (arm, vehicle arm) in which just these act.
    """

    study: Study
    pairs: Pairs


def attribution_study(
    study: Study, mechanisms: Sequence[str] = USUAL_MECHANISMS, arms: Collection[str] = ()
) -> AttributionStudy:
    """Make the study with every combination of mechanisms on and off, in the treated arms and their vehicle arms.

    Parameters
    ----------
    study
        With at least one treated arm whose vehicle arm differs in nothing else.
    mechanisms
        Names from `MECHANISM_SWITCHES`, at most `MOST_MECHANISMS`.
    arms
        Names of the treated arms to explain, by default all that have a vehicle arm.

    Raises
    ------
    UserError
        For an unknown or repeated name, for too many mechanisms, and where no vehicle arm fits.
    """
    _check(mechanisms)
    study = study.resolved()
    explained = {arm.name: control for arm, control in _explained(study, arms)}
    wanted = set(explained) | set(explained.values())
    variants = {arm.name: _variants(arm, mechanisms) for arm in study.arms if arm.name in wanted}
    pairs = {
        arm: {acting: (variants[arm][acting].name, variants[control][acting].name) for acting in variants[arm]}
        for arm, control in explained.items()
    }
    every = tuple(variant for each in variants.values() for variant in each.values())
    names = {arm: tuple(variant.name for variant in each.values()) for arm, each in variants.items()}
    injections = tuple(_handed_on(injection, names) for injection in study.injections)
    kept = tuple(injection for injection in injections if injection is not None)
    whole = study.changed(name=f"{study.name}-attribution", arms=every, injections=kept, analyses=())
    return AttributionStudy(whole, pairs)


def attribute(
    study: AttributionStudy, out: Path, pool: WorkerPool | None = None, observer: Observer | None = None
) -> Analysis:
    """Run the animals that `out` lacks, and compute what each mechanism adds to each effect.

    Parameters
    ----------
    study
        As `attribution_study` makes it.
    out
        Folder for the results; finished animals in it are kept.
    pool, observer
        Who runs the animals and who is told of it, as `cohort.run` takes them.

    Returns
    -------
    Analysis
        With the table `attribution`: one row for each arm, measure and mechanism.

    Raises
    ------
    UserError
        As of `cohort.run`.
    """
    cohort.run(study.study, out, pool, observer=observer)
    return attribution(samples(open_study(out).assays), study.pairs)


def _check(mechanisms: Sequence[str]) -> None:
    for name in mechanisms:
        if name not in MECHANISM_SWITCHES:
            raise unknown_name("mechanism", name, MECHANISM_SWITCHES, "--mechanisms")
    if len(set(mechanisms)) < len(mechanisms) or not mechanisms:
        raise UserError(f"--mechanisms = {','.join(mechanisms)!r}: expected one mechanism or more, each once.")
    if len(mechanisms) > MOST_MECHANISMS:
        raise UserError(
            f"--mechanisms: {len(mechanisms)} of them make {2 ** len(mechanisms)} arms of each arm; "
            f"at most {MOST_MECHANISMS} are allowed."
        )


def _explained(study: Study, arms: Collection[str]) -> Iterator[tuple[Arm, str]]:
    """(treated arm, name of its vehicle arm) of every arm to explain."""
    found = False
    for arm in [study.arm(name) for name in arms] or [each for each in study.arms if each.treatment != VEHICLE]:
        control = next((other.name for other in study.arms if _is_control(other, arm)), None)
        if control is None and arms:
            raise UserError(
                f'--arms: "{arm.name}" has no vehicle arm that differs from it in nothing but the treatment.'
            )
        if control is not None:
            found = True
            yield arm, control
    if not found:
        raise UserError(f'study "{study.name}": no treated arm has a vehicle arm that differs in nothing else.')


def _is_control(other: Arm, arm: Arm) -> bool:
    return arm.treatment != VEHICLE and other.treatment == VEHICLE and _besides(other) == _besides(arm)


def _besides(arm: Arm) -> dict[str, Any]:
    return {key: value for key, value in arm.table().items() if key not in ("name", "treatments", "ranges")}


def _variants(arm: Arm, mechanisms: Sequence[str]) -> dict[Coalition, Arm]:
    """Set of mechanisms that act -> the arm with all other mechanisms switched off."""
    fields = {name: getattr(arm, name) for name in Arm.model_fields}
    found = {}
    for acting in coalitions(mechanisms):
        off = [name for name in mechanisms if name not in acting]
        switches = [switch for name in off for switch in MECHANISM_SWITCHES[name] if switch not in arm.switch_off]
        name = f"{arm.name}-without-{'+'.join(off)}" if off else arm.name
        found[acting] = Arm(**fields | {"name": name, "switch_off": (*arm.switch_off, *switches)})
    return found


def _handed_on(injection: Any, names: Mapping[str, Sequence[str]]) -> Any:
    """The injection for all variants of its arms; None where no arm of it is left."""
    if not injection.arms:
        return injection
    arms = tuple(name for arm in injection.arms for name in names.get(arm, ()))
    return injection.model_copy(update={"arms": arms}) if arms else None
