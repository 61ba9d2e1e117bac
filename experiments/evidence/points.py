"""The findings at many points of parameter space, each evaluated once: what came out lies in a folder, a file a point.

Points that are wanted together are run together: their arms stand in one study for each protocol, so that the cost of
starting is shared. The animals of a point are removed once its estimates are written; of points that were
stopped in between, finished animals are found again.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import UserError
from experiments.evidence import suite
from experiments.evidence.finding import Finding
from experiments.evidence.verdict import Judgement, judged
from experiments.running.cohort import CohortError
from experiments.running.study_folder import model_fingerprint
from experiments.running.workers import Crew
from results.atomic import write_text
from results.statistics import Estimate

#: Numbers of the circuit that a point sets, by path; none is the model in use.
Settings = Mapping[str, str | float]
POINTS, UNFINISHED = "points", "unfinished"
#: Points in one study: more would hold more animals in memory and lose more when they are stopped.
BATCH = 6
_NOTHING = Estimate(0, math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Points:
    """Evaluates findings at points. out: the folder that remembers them; workers and scheduler as `Study.run` has them,
    size and animals instead of the findings'.
    """

    findings: Sequence[Finding]
    out: Path
    workers: int | None = None
    size: float | None = None
    animals: int | None = None
    tell: Callable[[str], None] = lambda text: None
    scheduler: str | None = None
    _failed: set[Path] = field(default_factory=set, init=False, repr=False, compare=False)

    def judge(self, points: Sequence[Settings]) -> list[list[Judgement]]:
        """The judged findings of each point, those not known yet run first. A point at which the animals cannot be
        simulated gives no numbers, which judges as not reproduced; it is tried again by the next `Points`.
        """
        by_path = {self._path(point): point for point in points}
        missing = {path: point for path, point in by_path.items() if not path.is_file() and path not in self._failed}
        paths = list(missing)
        for start in range(0, len(paths), BATCH):
            batch = paths[start : start + BATCH]
            self.tell(f"points {start + 1} to {start + len(batch)} of {len(paths)}")
            self._run([missing[path] for path in batch])
            shutil.rmtree(self.out / UNFINISHED, ignore_errors=True)
        return [self._known(point) for point in points]

    def count(self) -> int:
        """How many points the folder remembers, of any findings."""
        return len(list((self.out / POINTS).glob("*.json")))

    def _run(self, points: Sequence[Settings]) -> None:
        """All in one go; where that fails, each alone, so that one does not take the others along."""
        try:
            found = self._judged(points)
        except CohortError as error:
            if len(points) > 1:
                for point in points:
                    self._run([point])
                return
            self.tell(f"this point cannot be simulated: {error}")
            self._failed.add(self._path(points[0]))
            return
        for point, estimates in zip(points, found, strict=True):
            self._remember(point, estimates)

    def _judged(self, points: Sequence[Settings]) -> list[list[list[Estimate]]]:
        """point -> finding -> estimates."""
        altered = [
            each.model_copy(update={"id": f"{each.id} at point {k}"})
            for k, point in enumerate(points, start=1)
            for each in suite.with_settings(self.findings, point)
        ]
        found = suite.judge(
            altered,
            self.out / UNFINISHED,
            self.workers,
            scheduler=self.scheduler,
            size=self.size,
            animals=self.animals,
        )
        estimates = [[each.estimate for each in one.judged] for one in found]
        count = len(self.findings)
        return [estimates[k * count : (k + 1) * count] for k in range(len(points))]

    def _remember(self, point: Settings, estimates: Sequence[Sequence[Estimate]]) -> None:
        found = {
            finding.id: [_written(each) for each in own] for finding, own in zip(self.findings, estimates, strict=True)
        }
        text = json.dumps({"set": dict(point), "findings": found}, indent=1, ensure_ascii=False)
        write_text(self._path(point), text + "\n", replace=True)

    def _known(self, point: Settings) -> list[Judgement]:
        path = self._path(point)
        found = {} if path in self._failed else json.loads(path.read_text("utf-8"))["findings"]
        return [_judgement(finding, found.get(finding.id)) for finding in self.findings]

    @cached_property
    def _common(self) -> dict[str, Any]:
        """What all points have in common: the model, the findings and how many animals of which size."""
        findings = [_content(finding) for finding in self.findings]
        return {"model": model_fingerprint(), "size": self.size, "animals": self.animals, "findings": findings}

    def _path(self, point: Settings) -> Path:
        """Another file for other settings, findings, animals, or another model."""
        text = json.dumps(self._common | {"set": dict(point)}, sort_keys=True)
        return self.out / POINTS / f"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}.json"


def checked(points: Points) -> Points:
    """The same, once its options are ones that studies take; UserError as of the command line where they are not."""
    Crew.of(points.workers, points.scheduler)
    try:
        for finding in points.findings:
            if finding.study is not None:
                finding.study.changed(size=points.size, animals=points.animals)
    except UserError as error:
        raise UserError(str(error).replace("Study: ", "--")) from None
    if points.animals is not None and points.animals < 2:
        raise UserError(f"--animals = {points.animals}: expected 2 or more, so that estimates have intervals.")
    return points


def _judgement(finding: Finding, estimates: Sequence[Mapping[str, Any]] | None) -> Judgement:
    """Of remembered estimates; of none where there are none."""
    known = [_NOTHING] * len(finding.outcomes) if estimates is None else map(_read, estimates)
    return Judgement(finding, tuple(judged(*pair) for pair in zip(finding.outcomes, known, strict=True)))


def _content(finding: Finding) -> dict[str, Any]:
    """All of a finding that its estimates follow from."""
    return {
        "id": finding.id,
        "animals": finding.animals,
        "study": finding.study.table() if finding.study is not None else None,
        "sliced": finding.sliced.table(),
        "outcomes": [outcome.model_dump(mode="json") for outcome in finding.outcomes],
    }


def _written(estimate: Estimate) -> dict[str, float | None]:
    return {key: None if math.isnan(value) else value for key, value in asdict(estimate).items()}


def _read(numbers: Mapping[str, Any]) -> Estimate:
    values = {key: math.nan if numbers[key] is None else float(numbers[key]) for key in ("value", "sem", "low", "high")}
    return Estimate(int(numbers["n"]), **values)
