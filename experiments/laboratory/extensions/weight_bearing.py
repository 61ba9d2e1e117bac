"""Weight bearing: how much of its weight a rat puts on the injured side, from what both sides fire at rest.

A rat takes weight from the paw that hurts more. The share on the injured side is that of the other side's activity,
(c + r) / (i + c + 2 r), with the rates i and c of the projection cells of the injured and the other side at rest. So it
is 50 % where both are equal. r, the criterion of withdrawal, keeps small rates from counting much: that a rat weighs
rates like this is assumed. The weight itself is no stimulus here.
"""

from collections.abc import Iterator

from experiments.laboratory import stimuli
from experiments.laboratory.assays import Assay, Reading, mean_rate
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE
from experiments.laboratory.bench import Bench

SECONDS = 20.0


def stand(bench: Bench, side: str) -> Iterator[Reading]:
    """Read both sides in one epoch of rest."""
    spikes = bench.epoch("weight_bearing", stimuli.rest(SECONDS)).spikes
    injured, other = (mean_rate(spikes[f"{paw}_projection"], 0.0, SECONDS) for paw in ("ipsi", "contra"))
    usual = WITHDRAWAL_RATE.si
    yield Reading("weight_bearing", side, 100.0 * (other + usual) / (injured + other + 2.0 * usual), "%")


weight_bearing = Assay(
    "weight_bearing",
    (),
    "%",
    SECONDS,
    1,
    "share of the weight on the injured side, from the rates of projection cells of both sides at rest",
    stand,
)
