"""Result files: their format, and the functions that write, read and inspect animals and study folders.

One animal in one arm is one HDF5 file. Any reader of SONATA spikes (libsonata, bluepysnap, bmtk) opens it and ignores
what it does not know. Nothing is compressed and nothing has a time stamp, so that equal records give equal bytes.
n is the number of epochs, p of populations, a of assay values, m of times at which the slow state was recorded.

| dataset | shape, type | meaning |
|---|---|---|
| `/spikes/<population>/timestamps` | (spikes,) f8, ms | time from the start of `first_day`, rising; kept to 10 ns |
| `/spikes/<population>/node_ids` | (spikes,) u8 | cell within the population, from 0 |
| `/populations/name` | (p,) text | every recorded population, silent ones too, such as `ipsi_projection` |
| `/populations/cells` | (p,) i8 | number of cells |
| `/populations/spikes` | (p, n) i8 | number of spikes in each epoch; -1 where it was not recorded |
| `/epochs/label`, `/epochs/purpose` | (n,) text | name of the epoch; what it was for: `rest` or an assay |
| `/epochs/hours`, `/epochs/day` | (n,) f8, h and d | when it started, from surgery |
| `/epochs/seconds` | (n,) f8, s | how long it lasted |
| `/epochs/start_ms`, `/epochs/stop_ms` | (n,) f8, ms | first and last moment of its spikes among `timestamps` |
| `/epochs/<average>` | (n,) f8, attribute `unit` | mean over the epoch; NaN where the epoch has none |
| `/assays/{assay, name, side, unit, phase}` | (a,) text | assay; what it measured; side; unit; what was done before |
| `/assays/{value, day, hour, censored}` | (a,) f8, i8, f8, bool | value; when; whether it ended at the cut-off |
| `/slow_state/hours`, `/concentrations/hours` | (m,) f8, h | time from surgery |
| `/slow_state/<name>` | (m,) f8, attribute `unit` | variables that change over days, such as `mood` |
| `/concentrations/<name>` | (m,) f8, attribute `unit` | unbound drug at a place |

Attributes of the file: `format`, `format_version`, `study`, `arm`, `animal`, `circuit`, `seed`, `bluespot_version`,
`first_day` (day from surgery at whose start `timestamps` are 0), `provenance` (JSON: what the animal was made with),
and SONATA's `magic` and `version`.

An epoch lasts seconds, the slow state changes over hours. Several epochs can therefore start at the same moment of the
slow clock. In `start_ms` each of them begins 1 ms after the one before has ended, so that every spike belongs to one
epoch; `hours` holds the moment itself.

A study is one folder:

    OUT/study.toml                      what was asked for
    OUT/manifest.json                   arms, animals, seed (`Manifest`)
    OUT/animals/<arm>/<arm>-NNN.h5      one file for each animal (`animal_path`)
    OUT/cohort.h5                       links to all of them (`write_cohort`)
    OUT/compare/                        tables and figures (`results.comparison.arms`)
"""

from __future__ import annotations

from results.files.folder import (
    DosingRecord,
    Manifest,
    ManifestArm,
    animal_path,
    read_manifest,
    write_cohort,
    write_manifest,
)
from results.files.inspection import describe, inspect
from results.files.reading import PopulationCounts, read_animal, read_attributes, read_counts, read_spikes
from results.files.writing import FORMAT_VERSION, write_animal

__all__ = [
    "FORMAT_VERSION",
    "DosingRecord",
    "Manifest",
    "ManifestArm",
    "PopulationCounts",
    "animal_path",
    "describe",
    "inspect",
    "read_animal",
    "read_attributes",
    "read_counts",
    "read_manifest",
    "read_spikes",
    "write_animal",
    "write_cohort",
    "write_manifest",
]
