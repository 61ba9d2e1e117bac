"""Names of all figures of a study, each with what it shows."""

from __future__ import annotations

from collections.abc import Mapping

#: Name, as `bluespot figure` takes it -> what the figure shows.
FIGURE_LINES: Mapping[str, str] = {
    "thresholds": "withdrawal thresholds over days by assay and side, what was given, contrasts",
    "neuromodulators": "noradrenaline, serotonin and dopamine at rest over days, and the drug",
    "rates": "rates of all populations at rest and at equal stimulus, arms side by side",
    "raster": "every spike of one epoch of one animal, its stimulus above and rates below",
    "response-curves": "rate and share of cells that fire against force, by population and arm",
    "psth": "rates around the onset of a stimulus, by population and arm",
    "circuit": "the circuit of an arm: populations, projections, modulators, what the injury changes",
    "dose_response": "dose-response curves with vehicle, Emax and ED50",
    "isobologram": "doses of two drugs of equal effect, alone and together",
    "onset": "effects over the days of dosing as shares of the settled effect",
    "ranking": "drugs in the order of their effect",
    "antagonists": "what is left of drugs under antagonists, lesions and the like",
}
