"""The publications that numbers of the model come from: docs/references.bib as lines of a reference list."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: In an installed package beside this module, in a checkout in docs.
FILES = (Path(__file__).with_name("references.bib"), Path(__file__).parents[2] / "docs" / "references.bib")
_ENTRY = re.compile(r"^@\w+\{([^,\s]+),\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", re.MULTILINE)
_ACCENTS = {'"': "\N{COMBINING DIAERESIS}", "'": "\N{COMBINING ACUTE ACCENT}", "`": "\N{COMBINING GRAVE ACCENT}",
            "^": "\N{COMBINING CIRCUMFLEX ACCENT}", "~": "\N{COMBINING TILDE}"}  # fmt: skip
_ACCENTED = re.compile(r"\\([\"'`^~])\{?([A-Za-z])\}?")
_LETTERS = {r"\AA": "Å", r"\o": "ø", r"\alpha": "α", r"\gamma": "γ", r"\beta": "β", r"\%": "%", r"\&": "&", "--": "–"}
MOST_AUTHORS = 6


@dataclass(frozen=True)
class Publication:
    """One entry of the bibliography.

    key: as numbers name it, such as "Ito2018". text: authors, year, title, where it appeared. doi: "" for none.
    """

    key: str
    text: str
    doi: str = ""


def publications(keys: Iterable[str]) -> tuple[Publication, ...]:
    """The publications of some keys, each once, in the order of the alphabet; KeyError for one that is not there."""
    known = entries()
    return tuple(_publication(key, known[key]) for key in sorted(set(keys)))


def cited(keys: Iterable[str]) -> Iterator[str]:
    """Yield each publication as it is cited, with its DOI where it has one, in the order of the keys."""
    for key in keys:
        (publication,) = publications([key])
        yield f"{publication.text} doi {publication.doi}." if publication.doi else publication.text


@cache
def entries() -> Mapping[str, Mapping[str, str]]:
    """Key -> fields of its entry, such as author and year, without the marks of TeX."""
    path = next(path for path in FILES if path.is_file())
    found = _ENTRY.findall(path.read_text("utf-8"))
    return {key: {name.lower(): _plain(value) for name, value in _FIELD.findall(body)} for key, body in found}


def _publication(key: str, fields: Mapping[str, str]) -> Publication:
    where = (
        fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or fields.get("howpublished", "")
    )
    pages = fields.get("pages", "")
    volume = f" {fields['volume']}" if "volume" in fields else ""
    volume += f"{':' if volume else ', '}{pages}" if pages else ""
    year = f" ({fields['year']})" if "year" in fields else ""
    title = f" {fields['title'].rstrip('.')}." if fields.get("title") else ""
    text = f"{_authors(fields)}{year}{title} {where}{volume}".strip(" .")
    return Publication(key, f"{text}.", fields.get("doi", ""))


def _authors(fields: Mapping[str, str]) -> str:
    names = [_initials(name) for name in fields.get("author", "").split(" and ") if name]
    if "others" in names:
        return f"{', '.join(name for name in names if name != 'others')} et al."
    return ", ".join(names) if len(names) <= MOST_AUTHORS else f"{', '.join(names[:3])} et al."


def _initials(name: str) -> str:
    """`Abd-Elal, Radwa M. A.` -> `Abd-Elal RMA`; what has no comma, as a company, stays."""
    family, comma, given = name.partition(", ")
    return f"{family} {''.join(part[0] for part in re.split(r'[ .-]+', given) if part)}" if comma else name


def _plain(text: str) -> str:
    """Text without the marks of TeX."""
    text = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[2] + _ACCENTS[found[1]]), text)
    for mark, letter in _LETTERS.items():
        text = text.replace(mark, letter)
    return re.sub(r"[{}$]", "", text).strip()
