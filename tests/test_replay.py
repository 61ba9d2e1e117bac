"""Every kind of epoch of an animal's file can be run again, spike by spike; what cannot be is told."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from small_animals import SIZE
from version_1_files import write_version_1

from circuits import ligated
from core.errors import UserError
from core.records import AnimalRecord, EpochRecord, SpikeTrain
from drugs import clonidine, duloxetine
from experiments import Arm, Injection, KnockDown, Silencing, Stimulation, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.epoch import Epoch
from experiments.laboratory.single_animal import Animal
from results.files.store import animal_path, write_animal

STUDY = Study(
    name="everything",
    seed=5,
    animals=1,
    size=SIZE,
    ranges="sampled",
    arms=[
        Arm(
            ligated.without("alpha1"),
            [
                duloxetine.daily("10 mg/kg", route="s.c.", from_day=1),
                clonidine.once("0.1 mg/kg", route="i.p.", on_day=2, hour=1.5),
            ],
            name="treated",
            set={"cells.projection.capacitance": "90 pF"},
            injections=[Injection(drug="idazoxan", dose="30 ug", on_days=2, hour=1.75)],
            knock_downs=[KnockDown(on_day=1)],
            silencing=[
                Silencing(populations="ipsi_islet", assays=["pinch"], from_second=0.0, until_second=0.5),
                Silencing(populations="raphe", on_days=[1], hour=1.0, lasts_hours=2.0),
            ],
            stimulation=[
                Stimulation(populations="locus_coeruleus", assays=["brush"], from_second=0.0, until_second=1.0)
            ],
        )
    ],
    assays=[
        assays.pinch.on_days(-1, 1, 2),
        assays.paw_pressure.on_days(1, 2, hour=2.2),
        assays.von_frey.on_days(2, hour=2.3, sides=("ipsi",)),
        assays.plantar_heat.on_days(2, hour=2.4, sides=("ipsi",)),
        assays.nsia.on_days(2, hour=2.5, sides=("contra",)),
        assays.brush.on_days(2, hour=3.0, sides=("ipsi",)),
        assays.microdialysis.on_days(2, hour=3.1),
        assays.locus_coeruleus_recording.on_days(2, hour=3.2),
        assays.mood.on_days(2, hour=3.25),
    ],
)


@dataclass(frozen=True)
class Kept:
    """A folder of results, the animal's file in it, and the record that was written there."""

    folder: Path
    file: Path
    record: AnimalRecord


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("results")
    (record,) = run_matched_animals(STUDY, 1)
    file = animal_path(folder, "treated", 1)
    write_animal(record, file)
    (folder / "study.toml").write_text(STUDY.to_toml(), encoding="utf-8")
    return Kept(folder, file, record)


def content(epoch: EpochRecord | Epoch) -> tuple[object, ...]:
    """All that came out of an epoch, bit for bit."""
    spikes = {name: (train.seconds.tobytes(), train.index.tobytes()) for name, train in epoch.spikes.items()}
    return epoch.label, epoch.hours, epoch.seconds, spikes, dict(epoch.averages)


def one_of_each_kind(epochs: tuple[EpochRecord, ...]) -> list[EpochRecord]:
    """The first and the last epoch of each name without its time, and every epoch at rest."""
    names = {epoch.label.partition("@")[0]: epoch for epoch in (*epochs, *reversed(epochs))}
    firsts = {epoch.label.partition("@")[0]: epoch for epoch in reversed(epochs)}
    rests = [epoch for epoch in epochs if epoch.purpose in ("rest", "settle")]
    return list({epoch.label: epoch for epoch in (*names.values(), *firsts.values(), *rests)}.values())


@pytest.mark.slow
def test_every_kind_of_epoch_is_replayed_bit_for_bit(kept: Kept) -> None:
    chosen = one_of_each_kind(kept.record.epochs)
    assert {epoch.purpose for epoch in chosen} == {"settle", "rest", *(each.assay for each in STUDY.assays)} - {"mood"}
    for epoch in chosen:
        assert content(Animal.replay(kept.file, epoch.label)) == content(epoch), epoch.label


@pytest.mark.slow
def test_more_can_be_recorded_than_was_then(kept: Kept) -> None:
    label = next(epoch.label for epoch in kept.record.epochs if epoch.purpose == "pinch" and epoch.hours > 24)
    epoch = Animal.replay(
        kept.file, label, record={"ipsi_projection": ["v"], "dorsal_horn_ipsi": ["alpha2A"]}, every_ms=1.0
    )
    assert epoch.traces["ipsi_projection"]["v"].shape == (round(1e3 * epoch.seconds), 4)
    assert epoch.stimulated == (1.0, 2.0)


@pytest.mark.slow
def test_what_is_missing_or_does_not_fit_is_told(kept: Kept, tmp_path: Path) -> None:
    label = kept.record.epochs[-1].label
    alone = shutil.copy(kept.file, tmp_path / "alone.h5")
    old = tmp_path / "old.h5"
    facts = {name: fact for name, fact in kept.record.provenance.items() if name != "study_toml"}
    write_version_1(replace(kept.record, provenance=facts), old)
    with pytest.raises(
        UserError, match=r"which doses, switches and settings its animal had.* study\.toml .*study=\.\.\."
    ):
        Animal.replay(old, label)
    assert content(Animal.replay(alone, label)) == content(kept.record.epochs[-1]), "the file alone is enough"
    assert Animal.replay(old, "settle:0@-24.0000h", study=STUDY).seconds == 3.0, "and one of version 1 with its study"
    assert Animal.replay(alone, "settle:0@-24.0000h", study=STUDY).label == "settle:0@-24.0000h"
    assert Animal.replay(alone, "settle:0@-24.0000h", study=kept.folder / "study.toml").seconds == 3.0
    with pytest.raises(UserError, match=r'no epoch "rest@1h"\. Nearest: rest@'):
        Animal.replay(kept.file, "rest@1h")
    with pytest.raises(UserError, match='it was run with seed 5, the study "everything" has seed 6'):
        Animal.replay(alone, label, study=STUDY.changed(seed=6))
    renamed = STUDY.changed(arms=[STUDY.arms[0].changed(name="another")])
    with pytest.raises(UserError, match='not of the study "everything": no arm "treated"'):
        Animal.replay(alone, label, study=renamed)
    other = STUDY.arms[0].changed(treatments=[duloxetine.daily("30 mg/kg", route="s.c.", from_day=1)])
    with pytest.raises(
        UserError, match=r"at hour \d+ its \w+ was [\d.]+; from its study follows [\d.]+\. It was run with"
    ):
        Animal.replay(alone, label, study=STUDY.changed(arms=[other]))


@pytest.mark.slow
def test_a_spike_that_was_changed_in_the_file_is_noticed(kept: Kept, tmp_path: Path) -> None:
    changed, first = tmp_path / "changed.h5", kept.record.epochs[0]
    label, train = first.label, first.spikes["raphe"]
    other = SpikeTrain(train.seconds, np.roll(train.index, 1), train.cells)
    spoiled = replace(first, spikes={**first.spikes, "raphe": other})
    write_animal(replace(kept.record, epochs=(spoiled, *kept.record.epochs[1:])), changed)
    with pytest.raises(UserError, match=f"{label} came out otherwise than recorded .raphe: "):
        Animal.replay(changed, label, study=STUDY)
