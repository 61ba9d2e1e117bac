"""Names of all analyses of a study, each with what it does."""

from __future__ import annotations

from collections.abc import Mapping

#: Name, as a study asks for it -> what the analysis does with a finished study.
ANALYSES: Mapping[str, str] = {
    "dose-response": "for every drug given in three doses or more, Emax, ED50 and slope with intervals",
    "combination": "for two drugs alone and together, doses of equal effect and the interaction index",
    "onset": "for every treated arm, the days until half of its effect on thresholds and on mood",
    "ranking": "drugs in the order of their effect, injured and uninjured rats side by side",
    "antagonists": "what is left of each drug's effect under each manipulation",
}
