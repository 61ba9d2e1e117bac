"""The report in a browser: headless Chromium draws every plot, and people who see it otherwise get the same.

Needs playwright (`pip install "bluespot[readers]"`) and a Chromium: that of the system, or the one that the variable
CHROMIUM names. `.ci/run` brings one.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from test_report_page import TEXTS, rate_summary
from test_results_frames import ARMS, record
from version_1_files import write_version_1

import results
from results.comparison.arms import compare
from results.files.store import Manifest, animal_path, write_manifest
from results.page.document import write_page
from results.page.looks import contrast

playwright = pytest.importorskip("playwright.sync_api", reason="of the extra readers")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
DRAWN = "body[data-drawn=yes]"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; CHROMIUM can name one")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small study with two arms, an injection, response curves and a raster."""
    out = tmp_path_factory.mktemp("browser")
    write_manifest(out, Manifest("small", ARMS, (1, 2), seed=7))
    for arm in ARMS:
        for animal in (1, 2):
            write_version_1(record(arm, animal), animal_path(out, arm.name, animal))
    comparison = compare(out)
    tables = {**comparison.tables, "rate_summary": rate_summary()}
    return write_page(results.open(out), replace(comparison, tables=tables), TEXTS, out / "report.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    """The page, drawn; what the console says and what is asked of a network is kept."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.told = []
    opened.on("console", lambda message: opened.told.append(message.text))
    opened.on("pageerror", lambda error: opened.told.append(str(error)))
    opened.on("request", lambda request: None if request.url.startswith("file:") else opened.told.append(request.url))
    opened.goto(page_file.as_uri())
    opened.wait_for_selector(DRAWN)
    yield opened
    opened.close()


def wait_until(page: Any, true: str) -> None:
    """Wait until an expression is true; asked from here, since asking in the page needs the `eval` that it forbids."""
    for _ in range(300):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never true in 15 s: {true}")


def visible(page: Any, plot: str) -> list[int]:
    """Positions of the arms whose traces a plot shows."""
    traces = page.evaluate(f"document.getElementById('{plot}').data.map(t => [t.meta, t.visible])")
    return sorted({arm for arm, shown in traces if shown is not False})


def test_every_plot_is_drawn_without_a_word_in_the_console(page: Any) -> None:
    plots = page.evaluate("[...document.querySelectorAll('.plot')].map(p => [p.id, p.querySelectorAll('path').length])")
    assert {name for name, _ in plots} >= {"plot-raster", "plot-response-held_force-ipsi"}
    assert all(paths > 5 for _, paths in plots), plots
    assert page.told == []


def test_arms_are_switched_in_all_plots_by_keyboard(page: Any) -> None:
    plots = ["plot-paw_pressure_threshold-ipsi", "plot-response-held_force-ipsi"]
    assert [visible(page, plot) for plot in plots] == [[0, 1], [0, 1]]
    page.focus("input[data-arm='0']")
    page.keyboard.press("Space")
    wait_until(page, f"document.getElementById('{plots[1]}').data.some(t => t.visible === false)")
    assert [visible(page, plot) for plot in plots] == [[1], [1]]
    page.keyboard.press("Space")
    wait_until(page, f"document.getElementById('{plots[1]}').data.every(t => t.visible !== false)")
    assert page.told == []


def test_population_and_moment_are_chosen_from_lists(page: Any) -> None:
    shown = "document.getElementById('plot-response-held_force-ipsi').data[1].y"
    assert page.evaluate(shown) == [3, 6, 9]
    spikes = "JSON.stringify(document.getElementById('plot-raster').data.map(t => t.x.length))"
    before = page.evaluate(spikes)
    page.select_option("select[data-plot='plot-raster'][data-place='0']", "ligated-vehicle")
    wait_until(page, f"{spikes} !== '{before}'")
    page.focus("select[data-plot='plot-response-held_force-ipsi'][data-place='0']")
    page.keyboard.press("ArrowDown")
    assert page.input_value("select[data-plot='plot-response-held_force-ipsi'][data-place='0']") == "ipsi_islet"
    assert page.told == []


def test_a_phone_needs_no_scrolling_aside(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.wait_for_selector(DRAWN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = page.evaluate(
        "[...document.querySelectorAll('.plot svg.main-svg')].map(s => s.getBoundingClientRect().right)"
    )
    assert max(widths) <= 390


@pytest.mark.parametrize("width", [1280, 390])
def test_the_text_above_a_plot_keeps_clear_of_the_buttons(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.reload()
    page.wait_for_selector(DRAWN)
    gaps = page.evaluate(
        """[...document.querySelectorAll('.plot')].filter(p => p.querySelector('.annotation')).map(p =>
        p.querySelector('.annotation').getBoundingClientRect().top
        - p.querySelector('.modebar').getBoundingClientRect().bottom)"""
    )
    assert gaps
    assert min(gaps) >= 0


def test_text_stands_out_from_its_ground(page: Any) -> None:
    """The contrast of every text with what lies behind it is at least 4.5."""
    pairs = page.evaluate("""() => {
        const ground = (e) => { for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; }
            return "rgb(255, 255, 255)"; };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
        while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.textContent.trim() || e.closest("script, style, noscript")) continue;
            const s = getComputedStyle(e);
            found.add((e.closest("svg") ? s.fill : s.color) + "|" + ground(e));
        }
        return [...found];
    }""")
    assert pairs
    for pair in pairs:
        colors = ["#" + "".join(f"{int(n):02x}" for n in re.findall(r"\d+", text)[:3]) for text in pair.split("|")]
        assert contrast(*colors) >= 4.5, pair


def test_everything_has_a_name(page: Any) -> None:
    """Plots, drawings, lists and boxes say what they are; the language is told; headings go down by one."""
    assert page.get_attribute("html", "lang") == "en"
    named = "input, select, [role=img], button, section"
    unnamed = page.evaluate(
        """(named) => [...document.querySelectorAll(named)].filter(
        e => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.textContent.trim()
               || (e.labels && [...e.labels].some(l => l.textContent.trim())))).map(e => e.outerHTML.slice(0, 80))""",
        named,
    )
    assert unnamed == []
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_a_table_is_copied(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("details summary")
    page.click("details[open] button.copy")
    wait_until(page, "document.getElementById('status').textContent !== ''")
    assert "copied" in page.inner_text("#status")
    lines = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0].split("\t")[:4] == ["measure", "side", "arm", "day"]
    assert len(lines) == 1 + 8, "four measures of two arms"


def test_the_page_prints(page: Any, tmp_path: Path) -> None:
    page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    width = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.plot svg.main-svg')].map(s => s.width.baseVal.value))"
    )
    assert width <= 680, "a plot is wider than a page of A4"
    assert page.is_hidden("nav")
    assert page.is_visible("h2 >> text=What the model is known to get wrong")
    assert page.is_visible(".toggles >> text=ligated-vehicle"), "the legend of all plots"


def test_the_text_of_the_print_can_be_found(page: Any, tmp_path: Path) -> None:
    from pypdf import PdfReader

    page.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    text = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "report.pdf").pages).split())
    for told in ("In short", "Paw pressure threshold, ipsilateral", "Ito S (2018) Duloxetine.", "It grows slowly"):
        assert told in text
