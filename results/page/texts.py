"""What the page tells besides results, handed over by who knows it: question, events, methods, references, misses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """Something done to animals, for the drawing of the timeline.

    Attributes
    ----------
    kind
        "surgery", "dosing", "injection", "light", "lesion", "anaesthesia" or "assay".
    label
        In words, such as "duloxetine 10 mg/kg s.c. daily".
    spans
        (from, to) in days from surgery; both equal where it takes no time.
    arms
        Names of the arms it is done in; none for all.
    """

    kind: str
    label: str
    spans: tuple[tuple[float, float], ...]
    arms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A publication: its key, the line of the list, its DOI or "", and for what it was used."""

    key: str
    text: str
    doi: str = ""
    used_for: str = ""


@dataclass(frozen=True)
class Miss:
    """A published finding that the model does not reproduce.

    Attributes
    ----------
    finding, claim, source
        Its id, what was found, and by whom.
    verdict
        Such as "not reproduced".
    why
        What is known of the reason.
    concerns
        Drugs of this study that the finding is about; none where it is about others.
    role
        "construction", "fit" or "check", as docs/evidence.md has them; "" where it has none.
    """

    finding: str
    claim: str
    source: str
    verdict: str
    why: str
    concerns: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True)
class PageTexts:
    """All texts of a page.

    Attributes
    ----------
    question
        Of the study; "" where it has none.
    events
        What was done when.
    assays
        Assay -> what it is, in words.
    methods
        Heading -> paragraphs of the methods.
    references
        What was used.
    misses
        Findings that the model does not reproduce.
    reproduced
        How many findings it does reproduce, of how many: group -> (reproduced, tested). Groups are "construction",
        "fit", "check" and "contradicting", as docs/evidence.md has them.
    not_modelled
        What the model leaves out.
    provenance
        What made the results: name -> value.
    """

    question: str = ""
    events: tuple[Event, ...] = ()
    assays: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    misses: tuple[Miss, ...] = ()
    reproduced: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    not_modelled: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)
