"""Judges findings at many points of parameter space, each point once: a folder remembers the estimates of every point.

A point is a set of settings of uncertain numbers. Points that are wanted together are run together: their arms stand in
one study for each protocol, so that the cost of starting is shared. The animals of a point are removed once its
estimates are written. After an interruption the finished animals of unfinished points are found again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import UserError
from experiments.evidence import evaluation
from experiments.evidence.estimation import Band
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import Finding
from experiments.evidence.finding_variants import with_settings
from experiments.evidence.verdict import JudgedFinding, JudgedOutcome, judge_finding
from experiments.evidence.without_spikes import judge_without_spikes
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.running.cohort import CohortError
from results.files.atomic import write_text
from results.statistics.intervals import Estimate

#: Path of a number of the circuit, or without spikes also of a drug -> the value a point gives it; empty for the model
#: in use.
Settings = Mapping[str, str | float]
POINTS_FOLDER, UNFINISHED_FOLDER = "points", "unfinished"
#: More points in one study would hold more animals in memory, and lose more when they are stopped.
POINTS_PER_STUDY = 6
_LOG = logging.getLogger("bluespot")


@dataclass(frozen=True)
class ParameterPoints:
    """Judges findings at points of parameter space and remembers what came out.

    Attributes
    ----------
    findings
        What is judged at every point.
    options
        Folder that remembers the points, worker pool, size and animals. Points of another size, number of animals,
        model or other findings are other points, so that one folder serves many fits.
    spikes
        Whether animals are run; if not, findings are judged by forecasts (`experiments.evidence.without_spikes`).
    """

    findings: Sequence[Finding]
    options: RunOptions
    spikes: bool = True
    _failed: set[Path] = field(default_factory=set, init=False, repr=False, compare=False)

    def judge(self, points: Sequence[Settings]) -> list[list[JudgedFinding]]:
        """The judged findings of each point; those not known yet are run first.

        Parameters
        ----------
        points
            Settings of each point; an empty one is the model in use.

        Returns
        -------
        list of list of JudgedFinding
            For each point, one for each finding. A point at which the animals cannot be simulated has NaN estimates,
            which are judged as not reproduced; another `ParameterPoints` tries it again.

        Raises
        ------
        UserError
            Where the folder cannot be used.
        """
        by_path = {self._path(point): point for point in points}
        missing = {path: point for path, point in by_path.items() if not path.is_file() and path not in self._failed}
        paths = list(missing)
        for start in range(0, len(paths), POINTS_PER_STUDY):
            batch = paths[start : start + POINTS_PER_STUDY]
            _LOG.info(f"points {start + 1} to {start + len(batch)} of {len(paths)}")
            self._run([missing[path] for path in batch])
            shutil.rmtree(self.options.out / UNFINISHED_FOLDER, ignore_errors=True)
        return [self._known(point) for point in points]

    def count(self) -> int:
        """How many points the folder remembers, of any findings."""
        return len(list((self.options.out / POINTS_FOLDER).glob("*.json")))

    def _run(self, points: Sequence[Settings]) -> None:
        """Run all points together, and remember those that can be simulated."""
        if not self.spikes:
            for point in points:
                self._remember(point, judge_without_spikes(self.findings, point, self.options))
            return
        numbered = {f"at point {k}": point for k, point in enumerate(points, start=1)}
        variants = {told: with_settings(self.findings, point) for told, point in numbered.items()}
        options = replace(self.options, out=self.options.out / UNFINISHED_FOLDER)
        for told, judged in evaluation.judge_together(variants, options):
            if isinstance(judged, CohortError):
                _LOG.warning(f"this point cannot be simulated: {judged}")
                self._failed.add(self._path(numbered[told]))
            else:
                self._remember(numbered[told], judged)

    def _remember(self, point: Settings, judged: Sequence[JudgedFinding]) -> None:
        pairs = zip(self.findings, judged, strict=True)
        found = {finding.id: [_as_record(each) for each in one.judged] for finding, one in pairs}
        text = json.dumps({"set": dict(point), "findings": found}, indent=1, ensure_ascii=False)
        write_text(self._path(point), text + "\n", replace=True)

    def _known(self, point: Settings) -> list[JudgedFinding]:
        path = self._path(point)
        found = {} if path in self._failed else json.loads(path.read_text("utf-8"))["findings"]
        return [_judged(finding, found.get(finding.id)) for finding in self.findings]

    @cached_property
    def _common(self) -> dict[str, Any]:
        """What all points have in common: the model, the findings and how many animals of which size."""
        findings = [_content(finding) for finding in self.findings]
        about = {"size": self.options.size, "animals": self.options.animals, "seed": self.options.seed}
        return {"model": model_fingerprint(), "spikes": self.spikes, **about, "findings": findings}

    def _path(self, point: Settings) -> Path:
        """Another file for other settings, findings, animals, or another model."""
        text = json.dumps(self._common | {"set": dict(point)}, sort_keys=True)
        name = hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
        return self.options.out / POINTS_FOLDER / f"{name}.json"


def checked(points: ParameterPoints) -> ParameterPoints:
    """`points`, once studies take its options; UserError in the words of the command line where they do not."""
    options = points.options
    try:
        for finding in points.findings:
            if finding.study is not None:
                finding.study.changed(size=options.size, animals=options.animals)
    except UserError as error:
        raise UserError(str(error).replace("Study: ", "--")) from None
    if options.animals is not None and options.animals < 2:
        raise UserError(f"--animals = {options.animals}: expected 2 or more, so that estimates have intervals.")
    return points


def _judged(finding: Finding, estimates: Sequence[Mapping[str, Any]] | None) -> JudgedFinding:
    """Judge remembered estimates; None: those of a point that could not be simulated."""
    if estimates is None:
        return evaluation.judge_unsimulated(finding)
    known = list(map(_of_record, estimates))
    return judge_finding(finding, [estimate for estimate, _ in known], [band for _, band in known])


def _content(finding: Finding) -> dict[str, Any]:
    """All of a finding that its estimates follow from."""
    return {
        "id": finding.id,
        "publication": finding.publication,
        "animals": finding.animals,
        "study": finding.study.table() if finding.study is not None else None,
        "sliced": finding.sliced.table(),
        "outcomes": [outcome.model_dump(mode="json") for outcome in finding.outcomes],
    }


def _as_record(judged: JudgedOutcome) -> dict[str, Any]:
    """JSON-ready dict of an estimate and of what a repeated vehicle shows; NaN becomes None."""
    numbers = {key: _or_none(value) for key, value in asdict(judged.estimate).items()}
    return numbers | {"band": None if judged.band is None else [_or_none(end) for end in judged.band]}


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _of_record(record: Mapping[str, Any]) -> tuple[Estimate, Band]:
    values = {key: _or_nan(record[key]) for key in ("value", "sem", "low", "high")}
    band = record["band"]
    ends = None if band is None else (_or_nan(band[0]), _or_nan(band[1]))
    return Estimate(int(record["n"]), **values), ends


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)
