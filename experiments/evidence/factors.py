"""The factors of a sensitivity analysis: groups of uncertain numbers by part of the model, or numbers one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from circuits import ligated
from circuits.receptors import LOCUS_COERULEUS
from core.errors import UserError, nearest
from experiments.evidence.uncertain import UncertainParameter, parameter, uncertain

#: Population or process -> the group it is put into with others.
_TOGETHER = {
    **dict.fromkeys(LOCUS_COERULEUS, "locus_coeruleus"),
    **dict.fromkeys(("a_beta", "a_delta", "c_peptidergic", "c_nonpeptidergic"), "hind_paw"),
    **dict.fromkeys(("serotonin1A", "alpha2_terminal", "alpha2_soma"), "desensitisation"),
}


@dataclass(frozen=True)
class Factor:
    """What one step of a sensitivity analysis moves: one uncertain number, or all numbers of a group."""

    name: str
    parameters: tuple[UncertainParameter, ...]


@cache
def factor_groups() -> Mapping[str, tuple[str, ...]]:
    """Group -> paths of the uncertain numbers in it. Numbers that shape the compiled program are in no group."""
    found: dict[str, list[str]] = {}
    for path in uncertain():
        if not _shapes_program(path):
            found.setdefault(_group(path), []).append(path)
    return {name: tuple(paths) for name, paths in found.items()}


def factors(names: Sequence[str] = ()) -> tuple[Factor, ...]:
    """The factors of a sensitivity analysis.

    Parameters
    ----------
    names
        Paths of uncertain numbers, or groups; every number of a group is then a factor of its own. Without names every
        group is one factor.

    Raises
    ------
    UserError
        For a name that is neither, with the nearest ones, and for a number that may not be moved.
    """
    if not names:
        return tuple(
            Factor(name, tuple(parameter([path], name) for path in paths)) for name, paths in factor_groups().items()
        )
    paths = dict.fromkeys(path for name in names for path in factor_groups().get(name, (name,)))
    return tuple(Factor(path, (_parameter(path),)) for path in paths)


def _shapes_program(path: str) -> bool:
    """Whether each value needs a compiled program of its own, which takes longer to build than animals to run."""
    return path.endswith((".standard", ".in_degree")) or path.startswith("synapses.delays.")


def _parameter(path: str) -> UncertainParameter:
    if path not in uncertain() and "." not in path and (close := nearest(path, factor_groups())):
        raise UserError(f'--parameters: no group "{path}". Nearest: {", ".join(close)}; --list lists them all.')
    return parameter([path], "--parameters")


def _group(path: str) -> str:
    """The part of the model a number belongs to: a population, a transmitter, the receptors of one family, ..."""
    head, second = (*path.split("."), "")[:2]
    if head in ("couplings", "plain_couplings", "receptors"):
        return f"receptors.{_family(second)}"
    if head in ("projections", "synapses"):
        return "wiring"
    if head == "differences":
        return "injury"
    if head in ("cells", "afferents", "transmitters", "plasticity"):
        return f"{head}.{_TOGETHER.get(second, second)}"
    return "animal"


def _family(name: str) -> str:
    """The family of a coupling, or of the couplings of a receptor; sites without a transmitter are one."""
    if any(name == each.name for each in ligated.plain_couplings):
        return "other_sites"
    return next(each.group for each in ligated.couplings if name in (each.name, each.receptor))
