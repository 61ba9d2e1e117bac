"""When a manipulation lasts: in spans of hours from surgery, or in assays. Data only."""

from __future__ import annotations

#: (start, stop) of each time in hours from surgery; None for what is done in assays.
Spans = tuple[tuple[float, float], ...] | None


def lasts(spans: Spans, assays: tuple[str, ...], hours: float, assay: str) -> bool:
    """Whether a manipulation lasts at an hour from surgery.

    spans: its times, None where it is done in assays. assays: their names, all if empty. assay: the one under way, ""
    for none.
    """
    if spans is not None:
        return any(start <= hours < stop for start, stop in spans)
    return bool(assay) and (not assays or assay in assays)
