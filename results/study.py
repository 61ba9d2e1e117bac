"""The results of a study as tidy frames of pandas, spikes and grids: `results.open("runs/...")`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

import pandas as pd

from core.errors import UserError, unknown_name
from results.files.folder import Manifest, ManifestArm, read_checked_arrays
from results.files.several import FiledAnimal, FiledStudy, filed
from results.frames import tables
from results.frames.selection import Selection, chosen, listed

if TYPE_CHECKING:
    from results.frames.spikes import EpochTrain
    from results.frames.tables import AnimalsRead

#: Frame -> columns that become the axes of a grid, and the column of its values.
_GRIDS = {
    "rates": (("arm", "animal", "day", "population"), "rate"),
    "averages": (("arm", "animal", "day", "name"), "value"),
    "assays": (("arm", "animal", "day", "name", "side"), "value"),
    "concentrations": (("arm", "animal", "hours", "name"), "value"),
    "slow_state": (("arm", "animal", "hours", "name"), "value"),
}
_SPIKES_BY = (
    "population", "arm", "animal", "epoch", "assay", "day", "hour", "phase", "side", "stimulus", "strength",
)  # fmt: skip
FRAMES = ("animals", "epochs", *_GRIDS)


@dataclass(frozen=True, repr=False, eq=False)
class StudyResults:
    """All that the finished animals of a study left, read when it is first asked for, and kept.

    Texts of a frame are categorical, times are in hours from surgery, or in days from surgery and hours of that day;
    hour 0 is that of dosing. A frame that is changed is the caller's own: the next one is as the files say.

    Attributes
    ----------
    folder
        Of the study.
    manifest
        What the folder holds, or will hold.
    finished
        (arm, number, file) of each animal that is finished, arm by arm.
    places
        (arm, number) -> the animal as its own folder has it, of several folders that are read as one.
    """

    folder: Path
    manifest: Manifest
    finished: tuple[tuple[ManifestArm, int, Path], ...]
    places: Mapping[tuple[str, int], FiledAnimal] = field(default_factory=dict)
    _kept: dict[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def animals(self) -> pd.DataFrame:
        """One row for each finished animal: what it is, and its file."""
        return self._frame("animals", lambda: tables.animals_frame(self.finished, self._known))

    @property
    def epochs(self) -> pd.DataFrame:
        """One row for each epoch: when, how long, and what was done to the animal.

        Strength is the strongest that was applied, in `unit`; onset is in s from the start of the epoch; dose_hours are
        hours since the last dose. Where a file does not say, they are NaN.
        """
        return self._frame("epochs", lambda: tables.epochs_frame(self._read("epochs", "assays"), self._known))

    @property
    def flags(self) -> pd.DataFrame:
        """One row for each thing that a circuit did and no circuit does; nearly always none.

        What is "above 300 Hz" (a population in a part of an epoch), "not a number" (an average) or "stuck" (the same
        spikes in every epoch at rest, for which day and hour are NaN). See docs/reliability.md.
        """
        return self._frame("flags", lambda: tables.flags_frame(self._read("flags", "epochs"), self._known))

    @property
    def windows(self) -> pd.DataFrame:
        """One row for each part of an epoch: start and stop in s of the epoch, and the strengths in it.

        Parts and bands are those of `rates`; `strength` is that of the epoch.
        """
        groups = ("epochs", "windows", "assays")
        return self._frame("windows", lambda: tables.windows_frame(self._read(*groups), self._known))

    @property
    def rates(self) -> pd.DataFrame:
        """One row for each population in each part of an epoch: spikes, cells that fired, and the rate in Hz per cell.

        Parts are "rest" (an epoch without a stimulus), "before", "during" and "after". A rising stimulus is cut into
        bands from low to high; a steady one has low = high. Files of format version 1 have whole epochs only ("whole").
        """
        groups = ("epochs", "windows", "populations", "assays")
        return self._frame("rates", lambda: tables.rates_frame(self._read(*groups), self._known))

    @property
    def averages(self) -> pd.DataFrame:
        """One row for each mean of an epoch: transmitters and receptors; firing rates are in `rates`."""
        return self._frame(
            "averages", lambda: tables.averages_frame(self._read("epochs", "assays", averages=True), self._known)
        )

    @property
    def assays(self) -> pd.DataFrame:
        """One row for each value that an assay read. `censored`: the stimulus ended without a withdrawal."""
        return self._frame("assays", lambda: tables.assays_frame(self._read("assays"), self._known))

    @property
    def concentrations(self) -> pd.DataFrame:
        """One row for each drug at a place and time: the unbound concentration."""
        return self._course("concentrations")

    @property
    def slow_state(self) -> pd.DataFrame:
        """One row for each variable that changes over days, at each time at which it was recorded."""
        return self._course("slow_state")

    def only(self, **selection: Any) -> StudyResults:
        """The same study with some of its animals.

        Parameters
        ----------
        **selection
            Values of the columns of `animals`, one or a list: arm, circuit, treatment, manipulation, animal.

        Raises
        ------
        UserError
            For a column or a value that is not there.
        """
        files = set(chosen(self.animals, selection, "animals")["file"])
        kept = tuple(row for row in self.finished if str(row[2]) in files)
        return self.having(kept)

    def having(self, finished: Iterable[tuple[ManifestArm, int, Path]]) -> StudyResults:
        """The same study with these of its finished animals."""
        return StudyResults(self.folder, self.manifest, tuple(finished), self.places)

    def batches(self, animals: int = 50) -> Iterator[StudyResults]:
        """The same study by at most so many animals at a time, for those who keep sums of it and no rows.

        Parameters
        ----------
        animals
            How many are held at once.
        """
        for first in range(0, len(self.finished), animals):
            yield self.having(self.finished[first : first + animals])

    def spikes(self, as_: Literal["frame", "neo"] = "frame", **selection: Unpack[Selection]) -> Any:
        """Spikes of some populations in some epochs.

        Parameters
        ----------
        as_
            "frame": one row for each spike, with arm, animal, epoch, population, cell and seconds from the start of the
            epoch. "neo": a list of `neo.SpikeTrain`, one for each cell and epoch, silent cells too. They are annotated
            with arm, animal, population, cell, and what `epochs` says.
        **selection
            A value, or a list of values, of population, arm, animal, epoch, assay ("rest" for rest), day, hour, phase
            ("" for nothing injected), side, stimulus and strength. What is not named is not restricted.

        Raises
        ------
        UserError
            For a value that is not there, with the nearest; for more spikes than a frame is made of.
        """
        from results.frames.spikes import neo_trains, spikes_frame

        if as_ not in ("frame", "neo"):
            raise unknown_name("form of spikes", str(as_), ("frame", "neo"))
        epochs, found = self._trains(selection, "spikes")
        return neo_trains(found, epochs) if as_ == "neo" else spikes_frame(found, self._known)

    def measures(self, names: Iterable[str] = (), **selection: Unpack[Selection]) -> pd.DataFrame:
        """Measures of the spike trains of some populations, one row for each part of an epoch.

        It reads spikes, which takes longer than `rates`: about 0.02 s for each population and part, and three times
        that with `synchrony`.

        Parameters
        ----------
        names
            Which measures, such as ["rate", "cv"]; all but `synchrony` by default. `results.spikes.measures.MEASURES`
            tells what each is, and its unit. CV2, LV, Fano factor, correlation and synchrony need Elephant, of the
            extra `analysis`.
        **selection
            As for `spikes`.

        Raises
        ------
        UserError
            For a value or a measure that is not there, and where Elephant is missing.
        """
        from results.spikes.measures import spike_measures

        epochs, found = self._trains(selection, "measures")
        key = ["arm", "animal", "epoch"]
        return spike_measures(found, self.windows.merge(epochs[key], on=key), tuple(names))

    def responses(self, **selection: Any) -> pd.DataFrame:
        """Response curves: rate, evoked rate and recruited share of populations at each strength of a stimulus.

        Parameters
        ----------
        **selection
            A value, or a list of values, of columns of `rates`, such as population="ipsi_projection",
            assay="held_force" and day=13.

        Returns
        -------
        DataFrame
            As `results.spikes.responses.responses`, one row for each animal, population and strength.
        """
        from results.spikes.responses import responses

        return responses(chosen(self.rates, selection, "rates"))

    def histogram(
        self, bin_seconds: float = 0.05, span: tuple[float, float] | None = None, **selection: Unpack[Selection]
    ) -> pd.DataFrame:
        """Peristimulus time histograms (PSTH): rates of populations around the onset of a stimulus, for each animal.

        `results.over_animals(histogram, "rate", ["arm", "seconds"])` is their mean with its interval.

        Parameters
        ----------
        bin_seconds
            Width of the bins, s.
        span
            (start, stop) in s from the onset, start negative for what was before it; all by default.
        **selection
            As for `spikes`: epochs of one stimulus. Those of an animal are averaged.

        Returns
        -------
        DataFrame
            arm, animal, population, seconds (the middle of the bin, from the onset) and rate (Hz per cell).
        """
        from results.spikes.histograms import histogram

        epochs, found = self._trains(selection, "histogram")
        return histogram(found, epochs, bin_seconds, span)

    def xarray(
        self, frame: str = "rates", by: Iterable[str] = (), value: str = "", **selection: Unpack[Selection]
    ) -> Any:
        """Values of a frame as a labelled grid, a `xarray.DataArray` with NaN where there is none.

        Parameters
        ----------
        frame
            "rates", "averages", "assays", "concentrations" or "slow_state".
        by
            Columns that become axes. For rates they are arm, animal, day and population, where not named.
        value
            Column of the values, where not that of the frame: `rate`, else `value`.
        **selection
            A value, or a list of values, of columns, such as part="rest" and hour=0.

        Raises
        ------
        UserError
            Where several values stand for one place of the grid, with the columns in which they differ: what is unlike
            is not averaged.
        """
        from results.frames.grids import grid

        if frame not in _GRIDS:
            raise unknown_name("frame", frame, _GRIDS, "xarray")
        axes, usual = _GRIDS[frame]
        rows = chosen(getattr(self, frame), selection, frame)
        return grid(rows, value or usual, tuple(by) or axes, frame)

    def to_parquet(self, folder: Path | str) -> list[Path]:
        """Write every frame as `FOLDER/<frame>.parquet`, replacing those of before.

        Parameters
        ----------
        folder
            It is made where it does not exist.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UserError
            Where pyarrow is not installed, and where the folder cannot be written.
        """
        from results.files.atomic import new_file

        written = []
        for name in FRAMES:
            path = Path(folder) / f"{name}.parquet"
            with new_file(path, replace=True) as part:
                try:
                    getattr(self, name).to_parquet(part, engine="pyarrow", index=False)
                except ImportError as error:
                    raise UserError('Parquet needs pyarrow: pip install "bluespot[analysis]".') from error
            written.append(path)
        return written

    def __repr__(self) -> str:
        """Which study it is, its arms with their animals, and where the frames are."""
        wanted = sum(len(self.manifest.animals_of(arm.name)) for arm in self.manifest.arms)
        lines = [f"Study {self.manifest.study} ({self.folder}): {len(self.finished)} of {wanted} animals"]
        width = max((len(arm.name) for arm in self.manifest.arms), default=0)
        for arm in self.manifest.arms:
            what = ", ".join(filter(None, (arm.circuit, arm.treatment, arm.manipulation)))
            count = sum(found.name == arm.name for found, _, _ in self.finished)
            lines.append(f"  {arm.name:{width}}  {count} animals: {what}")
        return "\n".join([*lines, f"Frames: {', '.join(FRAMES)}. Also: spikes(...), xarray(...), only(...)"])

    @cached_property
    def _known(self) -> dict[str, list[str]]:
        """Categories that come first, so that the order of the study's arms is that of every frame."""
        arms = self.manifest.arms
        return {
            "arm": [arm.name for arm in arms],
            **{name: list(dict.fromkeys(getattr(arm, name) for arm in arms)) for name in tables.DESCRIBING},
        }

    def _trains(self, selection: Selection, kind: str) -> tuple[pd.DataFrame, Iterator[EpochTrain]]:
        """The epochs that are meant, and the spikes of the populations in them."""
        from results.frames.spikes import trains

        wanted: dict[str, Any] = dict(selection)
        for name in wanted:
            if name not in _SPIKES_BY:
                raise unknown_name("choice", name, _SPIKES_BY, kind)
        populations = wanted.pop("population", None)
        epochs = chosen(self.epochs, wanted, "epochs")
        files = {(arm.name, animal): path for arm, animal, path in self.finished}
        return epochs, trains(epochs, files, None if populations is None else listed(populations))

    def _frame(self, name: str, built: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if name not in self._kept:
            self._kept[name] = built()
        return self._kept[name].copy(deep=False)

    def _course(self, group: str) -> pd.DataFrame:
        return self._frame(group, lambda: tables.courses_frame(self._read(group), group, self._known))

    def _read(self, *groups: str, averages: bool = False) -> AnimalsRead:
        """Columns of one animal after another; of epochs without their averages, which are many, unless asked for."""
        wanted = {group: tables.EPOCHS_TOLD if group == "epochs" and not averages else None for group in groups}
        for arm, animal, path in self.finished:
            if (place := self.places.get((arm.name, animal))) is not None:
                yield arm, place.read(wanted)
            else:
                yield arm, read_checked_arrays(path, self.manifest, arm.name, animal, wanted)


def open_study(*folders: Path | str) -> StudyResults:
    """Open the folder of a study, or several as one, as `results.open`."""
    return results_of(filed(*folders))


def results_of(study: FiledStudy) -> StudyResults:
    """The results of the finished animals of a folder, or of several."""
    finished = tuple((each.arm, each.number, each.path) for each in study.animals)
    places = study.places if len(study.folders) > 1 else {}
    return StudyResults(study.folders[0], study.manifest, finished, places)
