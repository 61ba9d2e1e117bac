"""Result files: their format, and the functions that write, read and inspect animals and study folders.

One animal in one arm is one HDF5 file. libsonata opens its spikes and ignores what it does not know. So does bmtk,
whose rates are then over the whole axis of weeks. bluepysnap needs nodes and configurations too, which `bluespot export
--sonata` writes. Nothing is compressed (libsonata has no deflate filter) and nothing has a time stamp, so that equal
records give equal bytes. docs/files.md has the format in words.

n is the number of epochs, w of windows, p of populations, a of assay values, m of times at which the slow state was
recorded, c of courses of stimuli, e of epochs that had one (twice where it had two).

| dataset | shape, type | meaning |
|---|---|---|
| `/spikes/<population>/timestamps` | (spikes,) f8, ms | time from the start of `first_day`, rising; kept to 10 ns |
| `/spikes/<population>/node_ids` | (spikes,) u1, u2 or u4 | cell within the population, from 0 |
| `/populations/name` | (p,) text | every recorded population, silent ones too, such as `ipsi_projection` |
| `/populations/cells` | (p,) i8 | number of cells |
| `/populations/spikes` | (p, n) i4 | number of spikes in each epoch; -1 where it was not recorded |
| `/populations/{window_spikes, window_cells}` | (p, w) i4 | spikes and active cells of each window; -1 as above |
| `/cells/<population>` | (cells,) table of f4 | what each cell drew; of fibres also `root`, "L5" or "other" |
| `/epochs/label`, `/epochs/purpose` | (n,) text | name of the epoch; what it was for: `rest` or an assay |
| `/epochs/hours`, `/epochs/day` | (n,) f8, h and d | when it started, from surgery |
| `/epochs/seconds` | (n,) f8, s | how long it lasted |
| `/epochs/start_ms`, `/epochs/stop_ms` | (n,) f8, ms | first and last moment of its spikes among `timestamps` |
| `/epochs/phase` | (n,) text | what had just been injected, lit or lesioned; "" for nothing |
| `/epochs/{stimulus, side, unit}` | (n,) text | kinds, joined by "+", "" at rest; paw or "both"; unit of strength |
| `/epochs/{strength, onset}` | (n,) f8 | the strongest that was applied; s until it began |
| `/epochs/dose_hours` | (n,) f8, h | since the last dose of anything that acts; NaN where there was none |
| `/epochs/<average>` | (n,) f8, attribute `unit` | mean over the epoch; NaN where the epoch has none |
| `/stimuli/{kind, side, unit}` | (c,) text | each course once, as the experimenter's device shows it |
| `/stimuli/bins`, `/stimuli/values` | (c,) i4, f8 | how many values, one per 10 ms; those of all courses in turn |
| `/stimuli/{epoch, course}` | (e,) i4 | which epoch had which course; an epoch that ends early has its beginning |
| `/windows/epoch`, `/windows/{part, unit}` | (w,) i4, text | `rest`, `before`, `during` or `after` of an epoch; unit |
| `/windows/{start, stop}` | (w,) f8, s | from the start of the epoch; none goes beyond its end |
| `/windows/{low, high}` | (w,) f8 | strength, above low and up to high; equal for a steady one |
| `/assays/{assay, name, side, unit, phase}` | (a,) text | assay; what it measured; side; unit; what was done before |
| `/assays/{value, day, hour, censored}` | (a,) f8, i2, f8, bool | value; when; whether it ended at the cut-off |
| `/assays/{epoch, epochs}` | (a,) i4 | the first epoch it was read from (-1 for none), and how many |
| `/flags/{what, name}`, `/flags/{epoch, value}` | (f,) text, i4 and f8 | f flags, if any; -1: all epochs at rest |
| `/slow_state/hours`, `/concentrations/hours` | (m,) f8, h | time from surgery |
| `/slow_state/<name>` | (m,) f8, attribute `unit` | variables that change over days, such as `mood` |
| `/concentrations/<name>` | (m,) f8, attribute `unit` | unbound drug at a place |
| `/provenance/study` | text | the study of this animal's arm, with its own drugs, as TOML |
| `/provenance/facts` | text (JSON) | arm, doses, set, switch_off, seed, fingerprints, versions, compiler |
| `/machine/facts` | text (JSON) | processor, system, commit: what no number depends on |
| `/checksums/{object, blake2b}` | text | name and checksum of every group and dataset above |

Attributes of the file: `format`, `format_version`, `study`, `arm`, `animal`, `circuit`, `seed`, `bluespot_version`,
`first_day` (day from surgery at whose start `timestamps` are 0), `content_checksum` (of all but `/machine`: the same on
every machine for the same animal), and SONATA's `magic` and `version`. Lines of text behind the HDF5 have
checksums of the bytes before them (`results.files.trailer`).

Version 1, still read, lacks /stimuli, /windows, /cells, /machine and /checksums, and in /epochs the columns from
`phase` to `dose_hours`; its provenance is an attribute. What was done is then inferred from labels and assays
(`results.files.labels`).

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
