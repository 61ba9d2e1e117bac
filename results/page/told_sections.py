"""The parts of the page that are told: methods, what the model gets wrong, references, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from results.page.made_with import checksum_of_all, checksums, made_with
from results.page.sections import Section
from results.page.tables import closed_table
from results.page.texts import Miss, PageTexts, Reference
from results.study import StudyResults

#: Group of findings -> how many of it are reproduced, in words.
_GROUPS = {
    "construction": "{0} of {1} from which a number of the model was computed, so that they test its building only",
    "fit": "{0} of {1} to which numbers were fitted or may be, so that they say little for it",
    "check": "{0} of {1} that check it, since no number comes from them",
    "contradicting": "{0} of {1} that contradict one another, so that no model reproduces them all",
}


def told_sections(study: StudyResults, texts: PageTexts) -> Iterator[Section]:
    """Sections of texts; parameters as of `results.page.document.write_page`."""
    methods = "".join(
        f"<h3>{escape(heading)}</h3>{''.join(f'<p>{escape(text)}</p>' for text in paragraphs)}"
        for heading, paragraphs in texts.methods.items()
    )
    yield Section("methods", "Methods", methods)
    yield Section("misses", "What the model is known to get wrong", _misses(texts))
    if texts.references:
        items = "".join(map(_reference, texts.references))
        yield Section("references", "References", f'<ol class="references">{items}</ol>')
    yield Section("provenance", "Provenance", _provenance(study, texts))


def _misses(texts: PageTexts) -> str:
    done, of = (sum(column) for column in zip(*texts.reproduced.values(), strict=True)) if texts.reproduced else (0, 0)
    shares = (_GROUPS[group].format(*share) for group, share in texts.reproduced.items())
    head = (
        f"<p>Of {of} published findings that the model was held against, it reproduces {done}: {'; '.join(shares)}.</p>"
        if of
        else ""
    )
    about = [miss for miss in texts.misses if miss.concerns]
    others = [miss for miss in texts.misses if not miss.concerns]
    near, far = _missed("about what this study gives", about), _missed("about other things", others, closed=bool(about))
    tail = f"<p>Not modelled: {escape(texts.not_modelled)}</p>" if texts.not_modelled else ""
    return f"{head}{near}{far}{tail}"


def _missed(which: str, misses: Sequence[Miss], closed: bool = False) -> str:
    """Misses as a list, which the reader opens where it is closed; paper has the number then."""
    if not misses:
        return ""
    items = f"<ul>{''.join(map(_miss, misses))}</ul>"
    shown = f"<details><summary>Which</summary>{items}</details>" if closed else items
    return f"<p>Not reproduced, {which}: {len(misses)}.</p>{shown}"


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
