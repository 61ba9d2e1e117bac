"""A small study whose animals have the cells of their circuit and made-up spikes, for the tests of exports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from small_animals import SIZE, TRANSMITTERS
from test_results_synthetic import poisson

from circuits.draw import draw_animal
from circuits.structure import structure
from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from core.stimulus_course import BIN, StimulusCourse
from core.vocabulary import COMPARTMENTS
from drugs import duloxetine
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.history import Numerics
from experiments.laboratory.provenance.facts import provenance
from experiments.running.study_folder import prepare
from results.files.store import animal_path, write_animal

STUDY = Study(
    name="small",
    seed=3,
    animals=2,
    size=SIZE,
    arms=[
        Arm("sham", name="sham-vehicle"),
        Arm("ligated", [duloxetine.daily("10 mg/kg", route="s.c.", from_day=1)], name="ligated-duloxetine"),
    ],
    assays=[assays.paw_pressure.on_days(1, sides=("ipsi",))],
)
#: (label, purpose, hours from surgery, seconds); the first two are of one moment.
EPOCHS = (
    ("rest@-24.0000h", "rest", -24.0, 1.0),
    ("pinch:ipsi@-24.0000h", "pinch", -24.0, 2.0),
    ("rest@26.0000h", "rest", 26.0, 1.0),
    ("paw_pressure:ipsi@26.0000h", "paw_pressure", 26.0, 1.5),
)
THRESHOLD = 123.0
RATES = {"projection": 4.0, "raphe": 1.0, "a_beta": 0.0}


def export_study(folder: Path) -> Path:
    """The folder of the study with all its animals."""
    prepare(STUDY, folder)
    for arm in STUDY.arms:
        for animal in (1, 2):
            write_animal(sample_record(arm, animal), animal_path(folder, arm.name, animal))
    return folder


def _stimuli(purpose: str, seconds: float) -> tuple[StimulusCourse, ...]:
    """A force on the paw that rises to that of the assay's value."""
    if purpose == "rest":
        return ()
    bins = round(seconds / BIN)
    return (StimulusCourse("force", "ipsi", THRESHOLD * (np.arange(bins) + 1) / bins),)


def sample_record(arm: Arm, animal: int, study: Study = STUDY) -> AnimalRecord:
    circuit = arm.prepared_circuit()
    shape = structure(circuit, study.size)
    draw = draw_animal(circuit, shape, study.seed, animal)
    rng = stream("exports", arm.name, animal)
    epochs = []
    for label, purpose, hours, seconds in EPOCHS:
        spikes = {
            block.name: poisson(rng, block.count, RATES.get(block.population, 2.0), seconds)
            for block in (*shape.blocks, *shape.fibres)
        }
        averages = {f"{name}_rate_hertz": len(t.seconds) / t.cells / seconds for name, t in spikes.items()}
        for transmitter in TRANSMITTERS:
            averages |= {f"{transmitter}_{place}_nanomolar": rng.uniform(1, 20) for place in COMPARTMENTS}
        epochs.append(EpochRecord(label, purpose, hours, seconds, spikes, averages, stimuli=_stimuli(purpose, seconds)))
    times = np.array([-24.0, 0.0, 26.0])
    return AnimalRecord(
        study=study.name,
        arm=arm.name,
        animal=animal,
        circuit=arm.circuit,
        epochs=tuple(epochs),
        assays=(AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", THRESHOLD, "g", 1, 2.0, True),),
        slow_state=SlowTable(times, {"mood": times / 100}, {"mood": "1"}),
        concentrations=SlowTable(times, {"duloxetine_cord_nanomolar": times + 30}, {"duloxetine_cord_nanomolar": "nM"}),
        provenance=provenance(study.only([arm.name]), arm, draw, Numerics(), ()),
    )
