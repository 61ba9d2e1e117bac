"""What leaving out a rest epoch would cost: how far a rat has moved since an earlier one, over what may pass.

A rest epoch is a function of what it begins from: the slow state and what scales couplings, drugs at their sites, light
and anaesthetics. Where all of this is nearly as it was at an earlier rest, another one shows nothing new but noise, and
what the earlier one showed stands for it: tabulation in place, after Pope 1997 (recalled).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import expm1, inf, log1p

from circuits.injury import QUANTITIES, furthest, of_extent
from circuits.moment import Moment
from circuits.plasticity import relaxation_hours
from core.exposure import Exposure, SiteBinding
from core.vocabulary import NERVE, SIDES

#: For how long an earlier rest may stand, in hours: as long as an untreated animal goes without one.
LONGEST_HOURS = 72.0
#: Change of a slow quantity, of one of an injury as a share of the most that the injury makes of it. Between rests of
#: an untreated animal, 72 h apart, the loss of GABA release moves by 0.14 in the second week; other noise alone moves
#: sensitisation by 0.02 to 0.04 (docs/numerics.md). With twice these bounds relief in a dosed month moved by 5 g.
QUANTITY = 0.025
#: Relative change of the share of a site that drugs leave free: a transporter clears in proportion to it.
FREE_SITE = 0.05
#: Relative change of an expected concentration or rate. 3 s give the rates of the locus coeruleus to 1.5 %
#: (docs/numerics.md); what is expected of the change is followed without a rest, and only the remainder is an error.
EXPECTED = 0.025
#: Slow quantities that no epoch begins from: the slow clock alone follows them, as they are.
_OF_THE_CLOCK = ("mood", "glt1_loss")


@dataclass(frozen=True, eq=False)
class Outlook:
    """A rat that is followed without spikes, as it may be expected at a rest.

    moment: an average rat there. lagging: what acts on pain in the cord, as sensitisation follows it over days; this is
    not known without spikes, and so stands in for sensitisation.
    """

    moment: Moment
    lagging: Mapping[str, float]

    @classmethod
    def first(cls, moment: Moment) -> Outlook:
        """The outlook of a rat that has long been as it is."""
        return cls(moment, _acting_on_pain(moment))

    def later(self, moment: Moment) -> Outlook:
        """The same rat at a later moment."""
        time = relaxation_hours(moment.circuit.plasticity, "sensitisation_ipsi", rising=False)
        gone = -expm1(-(moment.state.hours - self.moment.state.hours) / time)
        now = _acting_on_pain(moment)
        before = {name: self.lagging.get(name, 0.0) for name in {**self.lagging, **now}}
        return Outlook(moment, {name: x + gone * (now.get(name, 0.0) - x) for name, x in before.items()})


def estimated_error(seen: Outlook, now: Outlook) -> float:
    """How far a rat has moved from an earlier rest; 1 is the most that may pass.

    Parameters
    ----------
    seen, now : Outlook
        The rat then and now.

    Returns
    -------
    float
        The largest change over its bound; infinite where light or anaesthetics differ, or after `LONGEST_HOURS`.
    """
    if now.moment.state.hours - seen.moment.state.hours > LONGEST_HOURS - 1e-6 or not _same_conditions(seen, now):
        return inf
    return max(
        max(_quantities(seen.moment, now.moment), default=0.0) / QUANTITY,
        max(_lagging(seen.lagging, now.lagging), default=0.0) / QUANTITY,
        max(_free_sites(seen.moment.exposure, now.moment.exposure), default=0.0) / FREE_SITE,
        max(_expected(seen.moment, now.moment), default=0.0) / EXPECTED,
    )


def _quantities(seen: Moment, now: Moment) -> Iterator[float]:
    before, after = seen.quantities, now.quantities
    moved = [name for name in after if name not in _OF_THE_CLOCK and after[name] != before[name]]
    ends = furthest(now.circuit.differences, now.circuit.off) if moved else {}
    ends = of_extent(ends, now.factors["injury_extent"]) if ends else {}
    for name in moved:
        size = abs(ends[name] - QUANTITIES[name][0]) if name in QUANTITIES else 1.0
        yield abs(after[name] - before[name]) / size


def _lagging(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[float]:
    for name in {**before, **after}:
        yield abs(after.get(name, 0.0) - before.get(name, 0.0))


def _free_sites(before: Exposure, after: Exposure) -> Iterator[float]:
    for place, site in {(place, site) for each in (before, after) for place, site in _sites(each)}:
        yield _site_moved(before.at(place, site), after.at(place, site))


def _site_moved(before: SiteBinding, after: SiteBinding) -> float:
    bound = log1p(after.block + after.held) - log1p(before.block + before.held)
    return max(abs(bound), abs(log1p(after.drive) - log1p(before.drive)))


def _expected(seen: Moment, now: Moment) -> Iterator[float]:
    yield from (_relative(seen.rates[name], rate) for name, rate in now.rates.items())
    for name, row in now.levels.items():
        yield from (_relative(float(x), float(y)) for x, y in zip(seen.levels[name], row, strict=True))


def _relative(before: float, after: float) -> float:
    return abs(after - before) / max(abs(before), abs(after)) if after != before else 0.0


def _same_conditions(seen: Outlook, now: Outlook) -> bool:
    """Whether light and anaesthetics are the same."""
    done = now.moment.circuit.manipulations
    before, after = (done.opsins_on(each.moment.state.hours, "", 0.0) for each in (seen, now))
    return seen.moment.anaesthesia == now.moment.anaesthesia and before == after


def _acting_on_pain(moment: Moment) -> dict[str, float]:
    """What drugs and noradrenaline do in the cord and at the nerve, each from 0 to 1."""
    cords = [f"dorsal_horn_{side}" for side in SIDES]
    found = {f"alpha2A {place}": moment.active("alpha2A", place) for place in cords}
    for place, site in _sites(moment.exposure):
        if place in (*cords, NERVE):
            found[f"{site} {place}"] = moment.exposure.at(place, site).occupancy
    return found


def _sites(exposure: Exposure) -> Iterator[tuple[str, str]]:
    return ((place, site) for place, sites in exposure.binding.items() for site in sites)
