"""What is known of the machine that makes an animal. No number of an animal depends on it."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
_CPU = Path("/proc/cpuinfo")


@cache
def machine() -> dict[str, str]:
    """Architecture, processor, system, versions that move no number, and the commit of a checkout; "" if not known."""
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "system": platform.platform(),
        "python_version": platform.python_version(),
        "h5py_version": version("h5py"),
        "commit": commit(_ROOT),
    }


def _processor() -> str:
    try:
        lines = _CPU.read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor())


def commit(root: Path) -> str:
    """The commit of the checkout at `root`, with "-dirty" where files differ from it; "" where it is no checkout.

    A package that is installed within somebody's checkout is not of its commit.
    """
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
