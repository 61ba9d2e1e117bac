"""The parts of the page that are told: methods, what the model gets wrong, references, provenance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from results.page.made_with import checksum_of_all, checksums, made_with
from results.page.sections import Section
from results.page.tables import closed_table
from results.page.texts import Miss, PageTexts, Reference
from results.study import StudyResults


def told_sections(study: StudyResults, texts: PageTexts) -> Iterator[Section]:
    """Sections of texts; parameters as of `results.page.document.write_page`."""
    methods = "".join(
        f"<h3>{escape(heading)}</h3>{_paragraphs(sentences)}" for heading, sentences in texts.methods.items()
    )
    yield Section("methods", "Methods", methods)
    yield Section("misses", "What the model is known to get wrong", _misses(texts))
    if texts.references:
        items = "".join(map(_reference, texts.references))
        yield Section("references", "References", f'<ol class="references">{items}</ol>')
    yield Section("provenance", "Provenance", _provenance(study, texts))


def _paragraphs(sentences: Sequence[str]) -> str:
    """Sentences as one paragraph; those that are paragraphs themselves as several."""
    several = any(re.search(r"\. [A-Z]", sentence) for sentence in sentences[1:])
    return "".join(f"<p>{escape(text)}</p>" for text in (sentences if several else [" ".join(sentences)]))


def _misses(texts: PageTexts) -> str:
    done, of = texts.reproduced
    checked, checks = texts.checks
    made = of - checks
    head = (
        f"<p>Of {of} published findings that the model is held against, it reproduces {done}. But {made} of them gave "
        f"numbers to the model, or numbers may be fitted to them ({done - checked} reproduced): these say little for "
        f"it. The other {checks} check it, and of these it reproduces {checked}. Not reproduced are:</p>"
        if of
        else ""
    )
    items = "".join(map(_miss, sorted(texts.misses, key=lambda miss: not miss.concerns)))
    tail = f"<p>Not modelled: {escape(texts.not_modelled)}</p>" if texts.not_modelled else ""
    return f"{head}<ul>{items}</ul>{tail}" if items else f"{head}{tail}"


def _miss(miss: Miss) -> str:
    names = escape(", ".join(miss.concerns))
    drugs = f'<span class="concerned">It is about {names}, which this study gives.</span> ' if names else ""
    role = f" ({escape(miss.role)})" if miss.role else ""
    return (
        f"<li><b>{escape(miss.finding)}</b>{role}: {escape(miss.claim)} ({escape(miss.source.rstrip('.'))}). "
        f"<i>{escape(miss.verdict.capitalize())}.</i> {drugs}{escape(miss.why)}</li>"
    )


def _reference(reference: Reference) -> str:
    doi = f' <a href="https://doi.org/{escape(reference.doi)}">doi:{escape(reference.doi)}</a>' if reference.doi else ""
    used = f' <span class="quiet">For: {escape(reference.used_for)}.</span>' if reference.used_for else ""
    return f'<li id="ref-{escape(reference.key)}">{escape(reference.text)}{doi}{used}</li>'


def _provenance(study: StudyResults, texts: PageTexts) -> str:
    facts = {"study": study.manifest.study, "seed": str(study.manifest.seed), **texts.provenance, **made_with(study)}
    found = checksums(study)
    whole = checksum_of_all(found)
    told = {"checksum of all animals": f"{whole} (BLAKE2b of their checksums, arm by arm)"} if whole else {}
    listed = (
        closed_table("checksums of the animals", ("arm", "animal", "checksum of the content"), found) if whole else ""
    )
    return f'<dl class="provenance">{_definitions([*facts.items(), *told.items()])}</dl>{listed}'


def _definitions(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
