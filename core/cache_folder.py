"""The folder that bluespot keeps things in from one run to the next: programs, speeds, logs of faults."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder itself: BLUESPOT_CACHE, or that of bluespot in the user's cache folder."""
    base = os.environ.get("BLUESPOT_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "bluespot"
    )
    return Path(base).expanduser().absolute()
