"""Where results lie on disk, and the door to them: write, read and inspect animals and study folders.

One animal is one HDF5 file. Nothing in it is compressed and nothing carries a time stamp, so equal records are equal
bytes. Readers of SONATA spikes (libsonata, bmtk) open it as it is and pass over what they do not know.

| dataset | shape, type | meaning |
|---|---|---|
| `/spikes/<population>/timestamps` | (spikes,) f8, ms | from the start of the first day, rising; kept to 10 ns |
| `/spikes/<population>/node_ids` | (spikes,) u8 | cell within the population, from 0 |
| `/populations/name` | (p,) text | every population recorded, a silent one too, such as `ipsi_projection` |
| `/populations/cells` | (p,) i8 | how many cells it has |
| `/populations/spikes` | (p, n) i8 | its spikes in each epoch; -1 where it was not recorded |
| `/epochs/label`, `/epochs/purpose` | (n,) text | name of the epoch; what it was for (`rest`, an assay) |
| `/epochs/hours`, `/epochs/day` | (n,) f8, h and d | slow-clock time of its start, from surgery |
| `/epochs/seconds` | (n,) f8, s | how long it lasted |
| `/epochs/start_ms`, `/epochs/stop_ms` | (n,) f8, ms | where its spikes lie among `timestamps` |
| `/epochs/<average>` | (n,) f8, attribute `unit` | mean over the epoch; NaN where the epoch has none |
| `/assays/{assay, name, side, unit, phase}` | (a,) text | what was measured where, after which manipulation |
| `/assays/{value, day, hour, censored}` | (a,) f8, i8, f8, bool | the number, when, and whether the cut-off ended it |
| `/slow_state/hours`, `/concentrations/hours` | (m,) f8, h | slow-clock time from surgery |
| `/slow_state/<name>`, `/concentrations/<name>` | (m,) f8, attribute `unit` | the slow state; unbound drug |

Root attributes: `format`, `format_version`, `study`, `arm`, `animal`, `circuit`, `seed`, `bluespot_version`,
`first_day` (day from surgery at whose start `timestamps` count from 0), `provenance` (JSON), and SONATA's `magic` and
`version`. `start_ms` is the slow-clock time rounded to a millisecond; of several epochs of one frozen moment each
starts 1 ms after the one before, so that every spike belongs to one epoch.

A study is one folder:

    OUT/study.toml                      what was asked for
    OUT/manifest.json                   arms, animals, seed (`Manifest`)
    OUT/animals/<arm>/<arm>-NNN.h5      one file per animal, `animal_path`
    OUT/cohort.h5                       links to all of them, `write_cohort`
    OUT/compare/                        tables and figures
"""

from __future__ import annotations

from results.folder import DosingRecord, Manifest, ManifestArm, animal_path, read_manifest, write_cohort, write_manifest
from results.inspection import describe, inspect
from results.reading import PopulationCounts, read_animal, read_attributes, read_counts, read_spikes
from results.writing import FORMAT_VERSION, write_animal

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
