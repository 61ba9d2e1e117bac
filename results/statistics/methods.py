"""The methods paragraph of the statistics: what was done, by which package and version, after which paper."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version

TWIN, MODEL, CLUSTER, CONTRAST, COURSES, TOBIT = "twins", "model", "clusters", "contrasts", "courses", "tobit"
_ORDER = (MODEL, CLUSTER, CONTRAST, COURSES, TOBIT)

#: Short citation -> the reference.
REFERENCES = {
    "Benjamini & Hochberg 1995": "Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate: a practical and "
    "powerful approach to multiple testing. J R Stat Soc B 57:289-300.",
    "Cumming & Finch 2001": "Cumming G, Finch S (2001) A primer on the understanding, use, and calculation of "
    "confidence intervals that are based on central and noncentral distributions. Educ Psychol Meas 61:532-574.",
    "Hedges 1981": "Hedges LV (1981) Distribution theory for Glass's estimator of effect size and related estimators. "
    "J Educ Stat 6:107-128.",
    "Holm 1979": "Holm S (1979) A simple sequentially rejective multiple test procedure. Scand J Stat 6:65-70.",
    "Laird & Ware 1982": "Laird NM, Ware JH (1982) Random-effects models for longitudinal data. Biometrics 38:963-974.",
    "Liang & Zeger 1986": "Liang KY, Zeger SL (1986) Longitudinal data analysis using generalized linear models. "
    "Biometrika 73:13-22.",
    "Mantel 1966": "Mantel N (1966) Evaluation of survival data and two new rank order statistics arising in its "
    "consideration. Cancer Chemother Rep 50:163-170.",
    "Schluchter & Elashoff 1990": "Schluchter MD, Elashoff JT (1990) Small-sample adjustments to tests with unbalanced "
    "repeated measures assuming several covariance structures. J Stat Comput Simul 37:69-87.",
    "Seabold & Perktold 2010": "Seabold S, Perktold J (2010) statsmodels: econometric and statistical modeling with "
    "Python. Proc 9th Python in Science Conf, 92-96.",
    "Tobin 1958": "Tobin J (1958) Estimation of relationships for limited dependent variables. Econometrica 26:24-36.",
    "Virtanen et al. 2020": "Virtanen P et al. (2020) SciPy 1.0: fundamental algorithms for scientific computing in "
    "Python. Nat Methods 17:261-272.",
    "Welch 1947": "Welch BL (1947) The generalization of 'Student's' problem when several different population "
    "variances are involved. Biometrika 34:28-35.",
}


ALWAYS, NO_TWINS, MODEL_OF_TWINS, MODEL_ALONE = "always", "no twins", "model of twins", "model alone"
#: What an analysis made use of -> how it is told.
_TEXTS = {
    ALWAYS: """
        Statistics were computed with {statsmodels} (Seabold & Perktold 2010) and {scipy} (Virtanen et al. 2020). The
        animal is the unit; repeated readings of one animal at one time were averaged. All tests are two-sided, and all
        intervals are of 95 %.""",
    TWIN: """
        Animals of one number are virtual twins: by common random numbers they have the same cells, wiring and noise in
        every arm. Paired answers (Student's t of their differences) are those of twins, which no laboratory has; beside
        each stands Welch's unpaired answer (Welch 1947), as of separate rats.""",
    NO_TWINS: """
        Arms were compared by Welch's unpaired t test (Welch 1947); no animal number occurs in two arms.""",
    MODEL: """
        Courses were analysed by linear mixed models (Laird & Ware 1982; MixedLM of statsmodels, restricted maximum
        likelihood) with a mean for each arm and time and {intercepts}. Terms are Wald tests, as F with containment
        degrees of freedom (Schluchter & Elashoff 1990), because chi-squared is too liberal for few animals; arm x time
        was also tested by the likelihood ratio. A model spans the times between one beginning (surgery, first dose) and
        the next; arms with one history so far count once.""",
    MODEL_OF_TWINS: """
        random intercepts of the animal number and of the animal within it; beside it stands the model of independent
        animals, with a random intercept of the animal alone""",
    MODEL_ALONE: "a random intercept of the animal",
    CLUSTER: """
        With so many animals the means of arms at times were estimated by least squares (OLS of statsmodels), with
        errors robust to any covariance within an animal number (Liang & Zeger 1986); terms are tested as Hotelling's
        T squared.""",
    CONTRAST: """
        p values were corrected within each measure and quantity, over contrasts and times, by Holm's method (Holm 1979)
        and, as false discovery rates, by that of Benjamini and Hochberg (Benjamini & Hochberg 1995; multipletests of
        statsmodels). Standardised effects are Hedges' g (Hedges 1981): of groups over the pooled standard deviation, of
        pairs over that of the differences; their intervals are from the noncentral t distribution (Cumming & Finch
        2001). Numbers of animals for a power of 80 % at 5 % are from TTestPower and TTestIndPower of statsmodels.""",
    COURSES: """
        An animal's own baseline is its last measure before the surgery (contrasts of circuits) or before the first
        dose. The area under the course is by trapezoids from the baseline on. % MPE, per cent of the maximum possible
        effect, is 100 (value - baseline) / (cut-off - baseline).""",
    TOBIT: """
        Values at the cut-off of an assay are censored. Beside each plain mean stands that of a Tobit model (Tobin 1958;
        norm.fit of scipy.stats on CensoredData; its error is from the observed information, approx_hess of
        statsmodels), and arms are compared by the log-rank test (Mantel 1966; scipy.stats.logrank). All other tests
        take the cut-off as the value.""",
}


def methods(used: Collection[str]) -> tuple[str, ...]:
    """Sentences that name each method with its package, version and reference.

    Parameters
    ----------
    used
        `TWIN`, `MODEL`, `CLUSTER`, `CONTRAST`, `COURSES`, `TOBIT`: what the analysis made use of.
    """
    told = [ALWAYS, TWIN if TWIN in used else NO_TWINS, *(name for name in _ORDER if name in used)]
    intercepts = _one_line(_TEXTS[MODEL_OF_TWINS if TWIN in used else MODEL_ALONE])
    versions = {name: f"{name} {version(name)}" for name in ("statsmodels", "scipy")}
    return tuple(_one_line(_TEXTS[name].format(intercepts=intercepts, **versions)) for name in told)


def references(texts: Collection[str]) -> tuple[str, ...]:
    """The references that sentences cite, in the order of the alphabet."""
    return tuple(full for short, full in REFERENCES.items() if any(short in text for text in texts))


def _one_line(text: str) -> str:
    return " ".join(text.split())
