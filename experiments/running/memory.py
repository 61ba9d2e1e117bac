"""Memory that a worker takes with the largest animal of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circuits.structure import structure

if TYPE_CHECKING:
    from experiments.protocol.study import Study

#: Bytes of a worker with its simulator at a size at which contacts do not count, and what each contact adds: 26 to 30
#: in the draw and some 40 in the simulator (docs/scaling.md), with half as much again.
WORKER_BYTES, CONTACT_BYTES = 300_000_000, 100


def memory_of_worker(study: Study) -> int:
    """About how many bytes of memory a worker takes: those of the arm with the most contacts."""
    unlike = {(arm.circuit, *map(str, arm.set.items())): arm for arm in study.effective_arms}
    shapes = (structure(arm.prepared_circuit(), study.size) for arm in unlike.values())
    contacts = max(sum(pathway.contacts for pathway in shape.pathways) for shape in shapes)
    return WORKER_BYTES + CONTACT_BYTES * contacts


def in_bytes(count: float) -> str:
    """A number of bytes as a person would say it: `3.5 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
