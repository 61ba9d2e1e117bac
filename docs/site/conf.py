"""Sphinx builds README and docs as a site: `make docs`. The pages stand where they are read in the repository too."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from experiments.version import __version__  # noqa: E402, only now on the path

project = "bluespot"
author = "The bluespot developers"
copyright = "the bluespot developers, BSD-3-Clause"
version = release = __version__
language = "en"

# --- which pages there are ------------------------------------------------------------------------------------------

root_doc = "docs/index"
_OUTSIDE_DOCS = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks"}
# Sphinx looks through all of its source folder, so environments and results are kept from it by their names.
exclude_patterns = [path.name for path in ROOT.iterdir() if path.name not in {*_OUTSIDE_DOCS, "docs"}]
include_patterns = ["*.md", "benchmarks/README.md", "docs/*.md", "docs/api/*.md", "docs/gallery/*.ipynb"]

# --- how they are read ----------------------------------------------------------------------------------------------

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4  # links such as design.md#intervals-of-means, as repositories give them
nb_execution_mode = "off"  # notebooks hold what they gave; a test runs them (tests/test_gallery.py)
html_math_renderer = "mathml"
highlight_language = "none"  # indented blocks are lines of the shell

# --- the reference from docstrings ----------------------------------------------------------------------------------

default_role = "code"  # a name between single backticks, as in Markdown
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"members": True, "exclude-members": "model_config, model_post_init"}  # those are pydantic's
autodoc_class_signature = "mixed"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
toc_object_entries_show_parents = "hide"

# --- how they look: fonts of the reader's own, no script or style from elsewhere -----------------------------------

html_theme = "furo"
pygments_dark_style = "monokai"  # that of Furo underlines names, as if they were links
html_title = "bluespot"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["root"]  # the first page of the folder leads to docs/index.html
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}
copybutton_exclude = ".linenos, .gp, .go"


def formula(translator: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line as MathML, which browsers show without a script."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def displayed_formula(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands alone; a wide one scrolls."""
    translator.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


#: Stands for a colon while Napoleon reads a property: it would take what comes before one for a type.
COLON = "\ue000"


def hide_colon(_: Sphinx, what: str, *found: Any) -> None:
    """Hide colons of the first line of a property; the lines of its docstring are the last of what was found."""
    if what in ("attribute", "property") and found[-1]:
        found[-1][0] = found[-1][0].replace(":", COLON)


def show_colon(_: Sphinx, _what: str, *found: Any) -> None:
    """Bring hidden colons back."""
    found[-1][:] = [line.replace(COLON, ":") for line in found[-1]]


def setup(app: Sphinx) -> None:
    """Add the renderer of formulas, and what comes before and after Napoleon."""
    app.connect("autodoc-process-docstring", hide_colon, priority=400)
    app.connect("autodoc-process-docstring", show_colon, priority=600)
    app.add_html_math_renderer("mathml", inline_renderers=(formula, None), block_renderers=(displayed_formula, None))
