"""The methods paragraph of the statistics: what was done, by which package and version, after which paper."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version

from results.statistics.mixed_models import MOST_MODELLED

TWIN, MODEL, CLUSTER, CONTRAST, COURSES, TOBIT = "twins", "model", "clusters", "contrasts", "courses", "tobit"
_ORDER = (MODEL, CLUSTER, CONTRAST, COURSES, TOBIT)

#: Short citation -> the reference, word for word as docs/references.bib gives it.
REFERENCES = {
    "Benjamini & Hochberg 1995": "Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate: a practical and "
    "powerful approach to multiple testing. Journal of the Royal Statistical Society, Series B 57:289–300. "
    "doi 10.1111/j.2517-6161.1995.tb02031.x.",
    "Cumming & Finch 2001": "Cumming G, Finch S (2001) A primer on the understanding, use, and calculation of "
    "confidence intervals that are based on central and noncentral distributions. Educational and Psychological "
    "Measurement 61:532–574. doi 10.1177/0013164401614002.",
    "Fieller 1954": "Fieller EC (1954) Some problems in interval estimation. Journal of the Royal Statistical Society, "
    "Series B 16:175–185. doi 10.1111/j.2517-6161.1954.tb00159.x.",
    "Glasserman & Yao 1992": "Glasserman P, Yao DD (1992) Some guidelines and guarantees for common random numbers. "
    "Management Science 38:884–908. doi 10.1287/mnsc.38.6.884.",
    "Hedges 1981": "Hedges LV (1981) Distribution theory for Glass's estimator of effect size and related estimators. "
    "Journal of Educational Statistics 6:107–128. doi 10.3102/10769986006002107.",
    "Holm 1979": "Holm S (1979) A simple sequentially rejective multiple test procedure. Scandinavian Journal of "
    "Statistics 6:65–70. doi 10.2307/4615733.",
    "Laird & Ware 1982": "Laird NM, Ware JH (1982) Random-effects models for longitudinal data. Biometrics 38:963–974. "
    "doi 10.2307/2529876.",
    "Liang & Zeger 1986": "Liang KY, Zeger SL (1986) Longitudinal data analysis using generalized linear models. "
    "Biometrika 73:13–22. doi 10.1093/biomet/73.1.13.",
    "Mantel 1966": "Mantel N (1966) Evaluation of survival data and two new rank order statistics arising in its "
    "consideration. Cancer Chemotherapy Reports 50:163–170.",
    "SAS Institute 2022": "SAS Institute (2022) SAS/STAT user's guide, the GLIMMIX procedure: containment degrees of "
    "freedom approximation. "
    "https://go.documentation.sas.com/api/docsets/statug/v_023/content/statug_glimmix_details38.htm.",
    "Seabold & Perktold 2010": "Seabold S, Perktold J (2010) statsmodels: econometric and statistical modeling with "
    "Python. Proceedings of the 9th Python in Science Conference, 92–96. doi 10.25080/Majora-92bf1922-011.",
    "Tobin 1958": "Tobin J (1958) Estimation of relationships for limited dependent variables. Econometrica 26:24–36. "
    "doi 10.2307/1907382.",
    "Virtanen et al. 2020": "Virtanen P, Gommers R, Oliphant TE et al. (2020) SciPy 1.0: fundamental algorithms for "
    "scientific computing in Python. Nature Methods 17:261–272. doi 10.1038/s41592-019-0686-2.",
    "Welch 1947": "Welch BL (1947) The generalization of 'Student's' problem when several different population "
    "variances are involved. Biometrika 34:28–35. doi 10.1093/biomet/34.1-2.28.",
}


ALWAYS, NO_TWINS, MODEL_OF_TWINS, MODEL_ALONE = "always", "no twins", "model of twins", "model alone"
CLUSTER_OF_TWINS, CLUSTER_ALONE = "cluster of twins", "cluster alone"
#: What an analysis made use of -> how it is told.
_TEXTS = {
    ALWAYS: """
        Statistics were computed with {statsmodels} (Seabold & Perktold 2010) and {scipy} (Virtanen et al. 2020). The
        animal is the unit; repeated readings of one animal at one time were averaged. All tests are two-sided, and all
        intervals are of 95 %, not corrected for their number. The interval of a mean is Student's t interval of its
        logarithm, of its logit where the measure has a cut-off, and of the mean itself where the measure can be
        negative (delta method); that of a ratio of means is Fieller's (Fieller 1954).""",
    TWIN: """
        Animals of one number are virtual twins: by common random numbers (Glasserman & Yao 1992) they have the same
        cells, wiring and noise in every arm. Paired answers (Student's t of their differences) are those of twins,
        which no laboratory has; beside each stands Welch's unpaired answer (Welch 1947), as of separate rats.""",
    NO_TWINS: """
        Arms were compared by Welch's unpaired t test (Welch 1947); no animal number occurs in two arms.""",
    MODEL: """
        Courses were analysed by linear mixed models (Laird & Ware 1982; MixedLM of statsmodels, restricted maximum
        likelihood) with a mean for each arm and time and {intercepts}; an intercept without variance was left out.
        Terms are Wald tests, as F with degrees of freedom by containment (SAS Institute 2022), in balanced data those
        of a split-plot analysis of variance, because chi-squared is too liberal for few animals. Arm x time of
        thresholds and latencies was also tested by the likelihood ratio (maximum likelihood, chi-squared). Contrasts of
        a model are t tests with the degrees of freedom between animals. A model spans the times between one beginning
        (surgery, first dose) and the next; arms with one history so far count once. An arm at the cut-off throughout
        was left out, and there is no model where more than half of the values are at the cut-off.""",
    MODEL_OF_TWINS: """
        random intercepts of the animal number and of the animal within it; beside it stands the model of independent
        animals, with a random intercept of the animal alone""",
    MODEL_ALONE: "a random intercept of the animal",
    CLUSTER: """
        Of more than {most} animals in an arm the means of arms at times were estimated by least squares (OLS of
        statsmodels), with errors robust to covariance within {cluster} (Liang & Zeger 1986). Terms are F tests:
        in balanced data Hotelling's T squared, a little smaller by the small-sample correction of statsmodels.""",
    CLUSTER_OF_TWINS: "an animal number, that is an animal and its twins",
    CLUSTER_ALONE: "an animal",
    CONTRAST: """
        p values of contrasts were corrected by Holm's method (Holm 1979) and, as false discovery rates, by that of
        Benjamini and Hochberg (Benjamini & Hochberg 1995; multipletests of statsmodels): within each measure and
        quantity, over contrasts and times; in models within each measure, model and span of times, over contrasts,
        with means over all times apart from single times. F tests of terms are not corrected. Standardised effects are
        Hedges' g (Hedges 1981): of groups over the pooled standard deviation, of pairs over that of the differences;
        their intervals are from the noncentral t distribution (Cumming & Finch 2001). Numbers of animals for a power of
        80 % at 5 %, two-sided, are from TTestPower and TTestIndPower of statsmodels.""",
    COURSES: """
        An animal's own baseline is its last measure up to the first dose of either arm, or up to the surgery where
        circuits are compared or no dose is given. The area under the course is by trapezoids from the baseline to the
        last measure, in units of the measure times days. % MPE, per cent of the maximum possible effect, is
        100 (value - baseline) / (cut-off - baseline), of arms with one circuit.""",
    TOBIT: """
        Values at the cut-off of an assay are censored. Beside each plain mean stands that of a Tobit model (Tobin 1958;
        norm.fit of scipy.stats on CensoredData; its error is from the observed information, approx_hess of
        statsmodels, its interval normal), and arms are compared by the log-rank test (Mantel 1966;
        scipy.stats.logrank). All other tests take the cut-off as the value, so that they understate a difference from
        an arm at the cut-off.""",
}


def methods(used: Collection[str]) -> tuple[str, ...]:
    """Sentences that name each method with its package, version and reference.

    Parameters
    ----------
    used
        `TWIN`, `MODEL`, `CLUSTER`, `CONTRAST`, `COURSES`, `TOBIT`: what the analysis made use of.
    """
    told = [ALWAYS, TWIN if TWIN in used else NO_TWINS, *(name for name in _ORDER if name in used)]
    twins = TWIN in used
    words = {name: f"{name} {version(name)}" for name in ("statsmodels", "scipy")} | {
        "intercepts": _one_line(_TEXTS[MODEL_OF_TWINS if twins else MODEL_ALONE]),
        "cluster": _TEXTS[CLUSTER_OF_TWINS if twins else CLUSTER_ALONE],
        "most": str(MOST_MODELLED),
    }
    return tuple(_one_line(_TEXTS[name].format(**words)) for name in told)


def references(texts: Collection[str]) -> tuple[str, ...]:
    """The references that sentences cite, in the order of the alphabet."""
    return tuple(full for short, full in REFERENCES.items() if any(short in text for text in texts))


def _one_line(text: str) -> str:
    return " ".join(text.split())
