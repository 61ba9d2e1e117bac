"""Runs the blocks of docs/exports.md that show readers, each in names of its own, and prints as JSON what came of them.

A process of its own for them: bmtk and bluepysnap bring many packages, and set some of them up in their own way.
"""

from __future__ import annotations

import json
import os
import re
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np

BLOCK = re.compile(r"^```py\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    """(heading, code) of each block."""
    parts = page.read_text("utf-8").split("\n### ")
    return [(part.splitlines()[0], code) for part in parts for code in BLOCK.findall(part)]


def told(value: Any) -> Any:
    """A value as JSON can hold it; None for all that is no number and no array."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return value if isinstance(value, int | float | str) else None


def validated() -> list[str]:
    """What bluepysnap finds wrong with the circuit and each simulation."""
    from bluepysnap import circuit_validation, simulation_validation

    found = circuit_validation.validate("circuit_config.json", skip_slow=False, print_errors=False)
    for path in sorted(Path().glob("simulation_config_*.json")):
        found |= simulation_validation.validate(str(path), print_errors=False)
    return [str(error) for error in found]


def plotted() -> dict[str, list[float]]:
    """The rates that bmtk draws: population -> one of each cell that fired."""
    from bmtk.analyzer.spike_trains import plot_rates

    figure = plot_rates("simulation_config_003.json", population="cells", group_by="pop_name", show=False)
    return {line.get_label(): sorted(map(float, line.get_ydata())) for line in figure.axes[0].lines}


def reported() -> tuple[list[int], str]:
    """Shape of a report as bmtk reads it, and how it labels the axis when it draws it."""
    from bmtk.analyzer.compartment import plot_traces
    from bmtk.utils.reports import CompartmentReport

    figure = plot_traces("simulation_config_003.json", report_name="noradrenaline", population="cells", show=False)
    report = CompartmentReport("output/003/noradrenaline.h5", mode="r")
    return list(report.data(population="cells").shape), figure.axes[0].get_ylabel()


def own_file() -> dict[str, int]:
    """Spikes of each population that bmtk finds in an animal's own file."""
    from bmtk.utils.reports import SpikeTrains

    (path,) = Path("runs/quick-look/animals/ligated-duloxetine").glob("*-001.h5")
    spikes = SpikeTrains.load(str(path))
    return {name: len(spikes.to_dataframe(populations=name)) for name in spikes.populations}


def main(page: Path) -> None:
    """Run all blocks in the present folder."""
    import matplotlib

    matplotlib.use("Agg")
    warnings.simplefilter("ignore")
    home = Path.cwd()
    results: list[tuple[str, dict[str, Any]]] = []
    for heading, code in blocks(page):
        names: dict[str, Any] = {}
        try:
            exec(compile(code, heading, "exec"), names)
        except Exception:
            results.append((heading, {"error": traceback.format_exc(limit=-2)}))
        else:
            found = {name: told(value) for name, value in names.items() if not name.startswith("_")}
            results.append((heading, {**found, "spikes": len(names["spikes"]) if "spikes" in names else None}))
        os.chdir(home)
    own = own_file()
    os.chdir("circuit")
    print(
        json.dumps(
            {"own_file": own, "blocks": results, "validated": validated(), "plotted": plotted(), "reported": reported()}
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
