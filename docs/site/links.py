"""Looks through the built site: every link within it leads somewhere, and no page needs anything from elsewhere.

`python docs/site/links.py FOLDER` prints what does not hold, one line each, and ends with status 1 where there is any.
Sphinx checks what it reads; this checks what it wrote: navigation, references and pictures too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a browser fetches by itself to show a page: element -> attribute.
FETCHED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src", "video": "src"}
#: Relations of a `link` element that are followed only on demand.
ON_DEMAND = {"next", "prev", "index", "search", "canonical"}


@dataclass
class Page(HTMLParser):
    """One page: where it may be jumped to, where its links lead, and what it fetches."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the anchors, links and resources of an element."""
        values = {name: value or "" for name, value in attrs}
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if values.get(FETCHED.get(tag, "")) and not set(values.get("rel", "").split()) & ON_DEMAND:
            self.fetched.append(values[FETCHED[tag]])


@cache
def read(path: Path) -> Page:
    """A page, read once."""
    page = Page()
    page.feed(path.read_text("utf-8"))
    return page


def faults(folder: Path) -> Iterator[str]:
    """What does not hold of a built site, a line each."""
    for path in sorted(folder.rglob("*.html")):
        page, name = read(path), path.relative_to(folder)
        yield from (f"{name}: {link}: {why}" for link, why in _dead(path, dict.fromkeys(page.links)))
        for resource in dict.fromkeys(page.fetched):
            if urlsplit(resource).scheme not in ("", "data") or resource.startswith("//"):
                yield f"{name}: {resource}: comes from elsewhere"
            elif not urlsplit(resource).scheme:
                yield from (f"{name}: {link}: {why}" for link, why in _dead(path, [resource]))


def _dead(path: Path, links: Iterable[str]) -> Iterator[tuple[str, str]]:
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            yield link, "no such file"
        elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).anchors:
            yield link, "no such place in the page"


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1]).resolve()))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(bool(found))
