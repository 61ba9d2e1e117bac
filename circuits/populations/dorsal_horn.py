"""Superficial dorsal horn of one side: excitatory and inhibitory interneurons, lamina I projection neurons."""

from __future__ import annotations

from brian2.units import ms, mV, nS, pA, pF

from circuits.populations.population import SPIKE_SLOPE, CellPopulation
from core.sourced import ASSUMED, FITTED, Sourced

_SMALL = Sourced(40 * pF, ASSUMED, "small substantia gelatinosa cells, 20-60 pF", low=20 * pF, high=60 * pF)
_DORSAL_HORN_SPREAD = Sourced(
    0.15,
    ASSUMED,
    "between-cell coefficient of variation; contradicted for the leak: 0.3-0.55 in table 1 of Luz2014",
    low=0.05,
    high=0.3,
)
_DORSAL_HORN_SPREAD_V = Sourced(2.0 * mV, ASSUMED, "between-cell s.d. of rest and threshold", low=1 * mV, high=4 * mV)
_AT_REST = (
    "a few cells of uninjured animals fire at rest, slowly and irregularly: 20 % of 140 cells with a field on the skin"
)
_BIAS = Sourced(14 * pA, FITTED, f"{_AT_REST} (an abstract printed without authors)", low=0 * pA, high=25 * pA)
_BIAS_SPREAD = Sourced(13 * pA, FITTED, f"{_AT_REST} (an abstract printed without authors)", low=2 * pA, high=25 * pA)
_NOISE = Sourced(
    10 * pA, ASSUMED, "gives 4-5 mV of membrane noise at 1 GOhm; irregular firing", low=2 * pA, high=15 * pA
)
_INHIBITORY_BIAS = Sourced(3 * pA, ASSUMED, "between silence and the drive of islet cells", low=0 * pA, high=15 * pA)
_INHIBITORY_SPREAD = Sourced(6 * pA, ASSUMED, "between-cell s.d. of tonic drive", low=0 * pA, high=15 * pA)
_ISLET_SPREAD = Sourced(3 * pA, ASSUMED, "between-cell s.d. of tonic drive", low=0 * pA, high=8 * pA)
_DORSAL_HORN_E_GABA = Sourced(-70 * mV, "Medlock2022", "public code: GABA-A and glycine reversal, uninjured")
_NO_TONIC = Sourced(0 * nS, ASSUMED, "no ambient transmitter at rest", low=0 * nS, high=0.5 * nS)
_POTASSIUM_POOL = Sourced(
    1.15 * nS,
    "Sonohata2004",
    "5.0-9.5 mV at a reversal of -88 mV; 1 GOhm, and 50 uM at an EC50 of 20 uM (71 % active), are assumed",
    "derived",
    low=0.5 * nS,
    high=1.5 * nS,
)
_POTASSIUM_POWER = Sourced(
    3.5,
    ASSUMED,
    "a channel opens with three to four G proteins: four equivalent sites in atrial cells of the rat, of which the third "
    "and fourth open it (IvanovaNikolova1998); not measured in these cells",
    low=1.0,
    high=4.0,
)

PKC_GAMMA = CellPopulation(
    name="pkc_gamma",
    standard=Sourced(
        90, ASSUMED, "excitatory, lamina IIi; reweighted from Medlock2022 to 25-40 % inhibitory", low=45, high=180
    ),
    sided=True,
    compartment="dorsal_horn",
    inhibitory=False,
    capacitance=_SMALL,
    leak=Sourced(1.0 * nS, "Luz2014", "lamina I local-circuit cells that fire tonically, 1.01 +/- 0.06 GOhm, n = 27"),
    rest=Sourced(-69.1 * mV, "Luz2014", "lamina I local-circuit cells that fire tonically, n = 27"),
    threshold=Sourced(-44 * mV, ASSUMED, "10-15 pA above a 25 mV depolarisation", low=-50 * mV, high=-38 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(
        1.0 * nS, ASSUMED, "phasic firing of low-threshold cells", low=0.2 * nS, high=3 * nS
    ),
    spike_adaptation=Sourced(25 * pA, ASSUMED, "phasic firing", low=5 * pA, high=60 * pA),
    adaptation_time=Sourced(80 * ms, ASSUMED, "phasic firing", low=30 * ms, high=200 * ms),
    reset=Sourced(-58 * mV, ASSUMED, "after-hyperpolarisation below threshold", low=-65 * mV, high=-50 * mV),
    gaba_reversal=_DORSAL_HORN_E_GABA,
    bias=_BIAS,
    bias_spread=_BIAS_SPREAD,
    noise=_NOISE,
    spread=_DORSAL_HORN_SPREAD,
    spread_potential=_DORSAL_HORN_SPREAD_V,
    tonic_glutamate=_NO_TONIC,
    tonic_gaba=_NO_TONIC,
    potassium_pool=_POTASSIUM_POOL,
    potassium_power=_POTASSIUM_POWER,
)

VERTICAL = CellPopulation(
    name="vertical",
    standard=Sourced(
        150, ASSUMED, "excitatory, vertical / somatostatin; silent and delayed-firing cells", low=75, high=300
    ),
    sided=True,
    compartment="dorsal_horn",
    inhibitory=False,
    capacitance=_SMALL,
    leak=Sourced(1.0 * nS, "Luz2014", "lamina I local-circuit cells that fire tonically, 1.01 +/- 0.06 GOhm, n = 27"),
    rest=Sourced(
        -71 * mV,
        ASSUMED,
        "silent cells of the juvenile rat rest more negative (read in Dougherty2016, no number printed)",
        low=-76 * mV,
        high=-65 * mV,
    ),
    threshold=Sourced(
        -42 * mV,
        ASSUMED,
        "higher rheobase of silent and high-threshold cells (read in Dougherty2016, no number printed)",
        low=-48 * mV,
        high=-36 * mV,
    ),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.3 * nS, ASSUMED, "delayed firing", low=0 * nS, high=1 * nS),
    spike_adaptation=Sourced(15 * pA, ASSUMED, "moderate adaptation", low=5 * pA, high=40 * pA),
    adaptation_time=Sourced(120 * ms, ASSUMED, "moderate adaptation", low=50 * ms, high=300 * ms),
    reset=Sourced(-58 * mV, ASSUMED, "after-hyperpolarisation below threshold", low=-65 * mV, high=-50 * mV),
    gaba_reversal=_DORSAL_HORN_E_GABA,
    bias=_BIAS,
    bias_spread=_BIAS_SPREAD,
    noise=_NOISE,
    spread=_DORSAL_HORN_SPREAD,
    spread_potential=_DORSAL_HORN_SPREAD_V,
    tonic_glutamate=_NO_TONIC,
    tonic_gaba=_NO_TONIC,
    potassium_pool=_POTASSIUM_POOL,
    potassium_power=_POTASSIUM_POWER,
)

PARVALBUMIN = CellPopulation(
    name="parvalbumin",
    standard=Sourced(45, ASSUMED, "inhibitory, lamina IIi-III: the feed-forward gate on A-beta", low=22, high=90),
    sided=True,
    compartment="dorsal_horn",
    inhibitory=True,
    capacitance=_SMALL,
    leak=Sourced(1.2 * nS, ASSUMED, "tonic fast-firing cells", low=0.8 * nS, high=2 * nS),
    rest=Sourced(-66 * mV, ASSUMED, "tonic cells", low=-72 * mV, high=-60 * mV),
    threshold=Sourced(-47 * mV, ASSUMED, "tonic cells have a low rheobase", low=-52 * mV, high=-42 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.1 * nS, ASSUMED, "tonic firing", low=0 * nS, high=0.5 * nS),
    spike_adaptation=Sourced(4 * pA, ASSUMED, "tonic firing", low=0 * pA, high=15 * pA),
    adaptation_time=Sourced(60 * ms, ASSUMED, "tonic firing", low=30 * ms, high=200 * ms),
    reset=Sourced(-60 * mV, ASSUMED, "after-hyperpolarisation below threshold", low=-65 * mV, high=-50 * mV),
    gaba_reversal=_DORSAL_HORN_E_GABA,
    bias=_INHIBITORY_BIAS,
    bias_spread=_INHIBITORY_SPREAD,
    noise=Sourced(9 * pA, ASSUMED, "as the other cells", low=2 * pA, high=15 * pA),
    spread=_DORSAL_HORN_SPREAD,
    spread_potential=_DORSAL_HORN_SPREAD_V,
    tonic_glutamate=_NO_TONIC,
    tonic_gaba=_NO_TONIC,
    potassium_pool=_POTASSIUM_POOL,
    potassium_power=_POTASSIUM_POWER,
)

ISLET = CellPopulation(
    name="islet",
    standard=Sourced(90, ASSUMED, "inhibitory, islet / dynorphin: the feedback gate on C fibres", low=45, high=180),
    sided=True,
    compartment="dorsal_horn",
    inhibitory=True,
    capacitance=_SMALL,
    leak=Sourced(1.0 * nS, "Luz2014", "lamina I local-circuit cells that fire tonically, 1.01 +/- 0.06 GOhm, n = 27"),
    rest=Sourced(-66 * mV, ASSUMED, "tonic cells", low=-72 * mV, high=-60 * mV),
    threshold=Sourced(-46 * mV, ASSUMED, "tonic cells have a low rheobase", low=-52 * mV, high=-42 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.1 * nS, ASSUMED, "tonic firing", low=0 * nS, high=0.5 * nS),
    spike_adaptation=Sourced(5 * pA, ASSUMED, "tonic firing", low=0 * pA, high=15 * pA),
    adaptation_time=Sourced(80 * ms, ASSUMED, "tonic firing", low=30 * ms, high=200 * ms),
    reset=Sourced(-60 * mV, ASSUMED, "after-hyperpolarisation below threshold", low=-65 * mV, high=-50 * mV),
    gaba_reversal=_DORSAL_HORN_E_GABA,
    bias=Sourced(
        13 * pA,
        FITTED,
        "tonic firing keeps a standing inhibition; sham thresholds move little under a drug (B1 in mind, on heat "
        "in naive rats)",
        low=0 * pA,
        high=25 * pA,
    ),
    bias_spread=_ISLET_SPREAD,
    noise=Sourced(5 * pA, ASSUMED, "gives 2-3 mV of membrane noise at 1 GOhm", low=2 * pA, high=10 * pA),
    spread=_DORSAL_HORN_SPREAD,
    spread_potential=_DORSAL_HORN_SPREAD_V,
    tonic_glutamate=_NO_TONIC,
    tonic_gaba=_NO_TONIC,
    potassium_pool=_POTASSIUM_POOL,
    potassium_power=_POTASSIUM_POWER,
)

PROJECTION = CellPopulation(
    name="projection",
    standard=Sourced(
        40, ASSUMED, "lamina I, 5-6 % of the neurons there, read second hand (Spike 2003)", low=20, high=80
    ),
    sided=True,
    compartment="dorsal_horn",
    inhibitory=False,
    capacitance=Sourced(80 * pF, ASSUMED, "lamina I projection cells, 60-100 pF", low=60 * pF, high=100 * pF),
    leak=Sourced(1.3 * nS, "Luz2014", "lamina I projection cells, 0.77 +/- 0.05 GOhm, n = 73"),
    rest=Sourced(-72.8 * mV, "Luz2014", "lamina I projection cells, n = 70"),
    threshold=Sourced(
        -43 * mV,
        ASSUMED,
        "rheobase of 20-60 pA, recalled from Li2012, which was not found",
        low=-50 * mV,
        high=-36 * mV,
    ),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.1 * nS, ASSUMED, "53 of 73 fire tonically", low=0 * nS, high=0.5 * nS),
    spike_adaptation=Sourced(
        30 * pA,
        FITTED,
        "graded response up to some tens of Hz: about 33 Hz in a pinch, less than twice that after ligation (N27)",
        low=5 * pA,
        high=40 * pA,
    ),
    adaptation_time=Sourced(150 * ms, ASSUMED, "graded tonic response", low=50 * ms, high=300 * ms),
    reset=Sourced(-58 * mV, ASSUMED, "after-hyperpolarisation below threshold", low=-65 * mV, high=-50 * mV),
    gaba_reversal=Sourced(
        -73 * mV, ASSUMED, "lamina I, uninjured; recalled from Coull2003, not read", low=-78 * mV, high=-68 * mV
    ),
    bias=Sourced(
        18 * pA,
        FITTED,
        "21 % of cells answer brush in naive rats, or fire anyway (N27)",
        low=0 * pA,
        high=30 * pA,
    ),
    bias_spread=Sourced(16 * pA, FITTED, "as the bias", low=2 * pA, high=30 * pA),
    noise=Sourced(11 * pA, ASSUMED, "gives 4 mV of membrane noise; irregular firing", low=2 * pA, high=16 * pA),
    spread=_DORSAL_HORN_SPREAD,
    spread_potential=_DORSAL_HORN_SPREAD_V,
    tonic_glutamate=_NO_TONIC,
    tonic_gaba=_NO_TONIC,
    potassium_pool=_POTASSIUM_POOL,
    potassium_power=_POTASSIUM_POWER,
)

DORSAL_HORN = (PKC_GAMMA, VERTICAL, PARVALBUMIN, ISLET, PROJECTION)
