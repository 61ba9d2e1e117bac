"""The page: one HTML file with the results of a study, its plots, tables, methods and references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from results.comparison.arms import Comparison
from results.files.atomic import write_text
from results.page.looks import ArmLook, arm_looks
from results.page.plots import Plot
from results.page.sections import results_sections
from results.page.texts import PageTexts
from results.page.told_sections import told_sections
from results.study import StudyResults

PAGE = "report.html"
_HERE = Path(__file__).parent
#: The page loads nothing: neither scripts, nor styles, nor pictures from elsewhere.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"

#: Markers of the legend as Plotly draws them, around (17, 7).
_MARKERS = {
    "circle": '<circle cx="17" cy="7" r="4"',
    "diamond": '<polygon points="17,2 22,7 17,12 12,7"',
    "square": '<rect x="13" y="3" width="8" height="8"',
    "triangle-up": '<polygon points="17,2 22,11 12,11"',
    "triangle-down": '<polygon points="17,12 22,3 12,3"',
    "pentagon": '<polygon points="17,2 22,6 20,12 14,12 12,6"',
}


def write_page(study: StudyResults, comparison: Comparison, texts: PageTexts, path: Path | str) -> Path:
    """Write the report of a study as one HTML page.

    Parameters
    ----------
    study
        Its results.
    comparison
        Of its arms.
    texts
        What the page tells besides.
    path
        Of the file, which is replaced where it exists.

    Raises
    ------
    UserError
        Where the folder cannot be written, and for damaged files.
    """
    write_text(path, page(study, comparison, texts), replace=True)
    return Path(path)


def page(study: StudyResults, comparison: Comparison, texts: PageTexts) -> str:
    """The HTML of the report of a study; parameters as of `write_page`."""
    from plotly.offline import get_plotlyjs

    looks = arm_looks(study.manifest.arms)
    plots: list[Plot] = []
    sections = [*results_sections(study, comparison, texts, plots), *told_sections(study, texts)]
    content = json.dumps({plot.key: plot.content() for plot in plots}, ensure_ascii=False, separators=(",", ":"))
    links = "".join(f'<li><a href="#{part.name}">{escape(part.heading)}</a></li>' for part in sections)
    body = "".join(
        f'<section id="{part.name}" aria-labelledby="{part.name}-heading">'
        f'<h2 id="{part.name}-heading">{escape(part.heading)}</h2>{part.body}</section>'
        for part in sections
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(study.manifest.study)}: report</title>
<style>{_own("page.css")}</style>
</head>
<body>
<a class="skip" href="#main">To the results</a>
{_header(study, texts)}
<nav aria-label="Parts of the page"><ul>{links}</ul></nav>
<main id="main">{_toggles(looks)}{body}</main>
<footer><p class="quiet">Written by bluespot {escape(texts.provenance.get("bluespot", ""))}. The page is one file and
needs no network. A model of rats: not for human doses.</p></footer>
<p id="status" role="status" class="quiet"></p>
<noscript><p>Plots need JavaScript; the tables hold the same numbers.</p></noscript>
<script>{get_plotlyjs()}</script>
<script type="application/json" id="plots">{content.replace("</", "<" + chr(92) + "/")}</script>
<script>{_own("page.js")}</script>
</body>
</html>
"""


def _own(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _header(study: StudyResults, texts: PageTexts) -> str:
    count, wanted = len(study.finished), len(study.manifest.arms) * len(study.manifest.animals)
    arms, rats = len(study.manifest.arms), len(study.manifest.animals)
    whole = f"{rats} virtual rats, each in {arms} arms (n = {rats} in each arm)"
    done = whole if count == wanted else f"{count} of {wanted} animals in {arms} arms, so far"
    question = f'<p class="question">{escape(texts.question)}</p>' if texts.question else ""
    return (
        f"<header><h1>{escape(study.manifest.study)}</h1>{question}"
        f'<p class="quiet">A simulated study: {done}, seed {study.manifest.seed}.</p></header>'
    )


def _toggles(looks: Mapping[str, ArmLook]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" data-arm="{k}" checked>{_sample(look)}{escape(arm)}</label>'
        for k, (arm, look) in enumerate(looks.items())
    )
    return f'<fieldset class="toggles"><legend>Arms shown in all plots</legend>{boxes}</fieldset>'


def _sample(look: ArmLook) -> str:
    """A stretch of the line of an arm, with its marker."""
    dashes = {
        "dash": ' stroke-dasharray="6 4"',
        "dot": ' stroke-dasharray="2 3"',
        "dashdot": ' stroke-dasharray="6 3 2 3"',
    }
    fill = "#ffffff" if look.symbol.endswith("-open") else look.color
    return (
        f'<svg width="34" height="14" aria-hidden="true">'
        f'<line x1="1" x2="33" y1="7" y2="7" stroke="{look.color}" stroke-width="2"{dashes.get(look.dash, "")}/>'
        f'{_MARKERS[look.symbol.removesuffix("-open")]} fill="{fill}" stroke="{look.color}" stroke-width="1.5"/></svg>'
    )
