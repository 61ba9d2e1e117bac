"""Locus coeruleus (coeruleospinal and ascending modules), raphe and A11, which are pacemakers of the monoamines, and
the paragigantocellular nucleus, through which the locus coeruleus hears of pain.
"""

from __future__ import annotations

from dataclasses import replace

from brian2.units import ms, mV, nS, pA, pF

from circuits.populations.population import SPIKE_SLOPE, CellPopulation
from core.sourced import ASSUMED, FITTED, Sourced

_BRAINSTEM_SPREAD = Sourced(0.12, ASSUMED, "between-cell coefficient of variation", low=0.05, high=0.3)
_BRAINSTEM_SPREAD_V = Sourced(1.0 * mV, ASSUMED, "between-cell s.d. of rest and threshold", low=0.5 * mV, high=3 * mV)
_BRAINSTEM_E_GABA = Sourced(-70 * mV, ASSUMED, "GABA-A reversal of brainstem cells", low=-75 * mV, high=-60 * mV)
_NONE = Sourced(0 * nS, ASSUMED, "inputs not modelled one by one stand in the bias current", low=0 * nS, high=1 * nS)

LOCUS_COERULEUS_ASCENDING = CellPopulation(
    name="locus_coeruleus_ascending",
    standard=Sourced(112, ASSUMED, "of 160; about 1500 cells per side in the rat", low=56, high=224),
    sided=False,
    compartment="locus_coeruleus",
    inhibitory=False,
    capacitance=Sourced(60 * pF, ASSUMED, "40-80 pF", low=40 * pF, high=80 * pF),
    leak=Sourced(3.5 * nS, ASSUMED, "100-400 MOhm", low=2.5 * nS, high=10 * nS),
    rest=Sourced(-58 * mV, ASSUMED, "-55 to -60 mV", low=-60 * mV, high=-55 * mV),
    threshold=Sourced(-51 * mV, ASSUMED, "-50 to -55 mV", low=-55 * mV, high=-48 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.5 * nS, ASSUMED, "A-current like delay", low=0 * nS, high=2 * nS),
    spike_adaptation=Sourced(
        22 * pA,
        FITTED,
        "with the next, long after-hyperpolarisation and a pause after a burst (D1)",
        low=10 * pA,
        high=100 * pA,
    ),
    adaptation_time=Sourced(
        800 * ms,
        ASSUMED,
        "pause of half a second after a burst (D1); AHP of 100-200 ms and a calcium-activated tail of seconds",
        low=100 * ms,
        high=1000 * ms,
    ),
    reset=Sourced(-66 * mV, ASSUMED, "after-hyperpolarisation 15-20 mV", low=-70 * mV, high=-60 * mV),
    gaba_reversal=_BRAINSTEM_E_GABA,
    bias=Sourced(
        97 * pA, FITTED, "resting rate within 1-3 Hz (D1) against the autoreceptor", low=10 * pA, high=160 * pA
    ),
    bias_spread=Sourced(
        18 * pA,
        ASSUMED,
        "s.d. of pacemaker drive between cells, which fire at rates of their own",
        low=5 * pA,
        high=40 * pA,
    ),
    noise=Sourced(12 * pA, ASSUMED, "irregular firing in vivo", low=5 * pA, high=25 * pA),
    spread=_BRAINSTEM_SPREAD,
    spread_potential=_BRAINSTEM_SPREAD_V,
    tonic_glutamate=Sourced(
        0.06 * nS,
        FITTED,
        "basal LC glutamate; its rise after nerve injury raises the rate (A19, A20) a little more than the weaker input of "
        "the paragigantocellular nucleus lowers it",
        low=0.05 * nS,
        high=1 * nS,
    ),
    tonic_gaba=Sourced(0.5 * nS, ASSUMED, "basal LC GABA", low=0.1 * nS, high=2 * nS),
    potassium_pool=Sourced(
        33 * nS,
        "Williams1985",
        "10.7 nS open at full activation of alpha2A: rat slices, about 300 pA at -60 mV; a reversal of -88 mV is that of "
        "cells of the dorsal horn (North1984)",
        "derived",
        low=6 * nS,
        high=40 * nS,
    ),
    potassium_power=Sourced(1.2, ASSUMED, "nearly in proportion to the active receptors", low=1.0, high=4.0),
)

LOCUS_COERULEUS_SPINAL = replace(
    LOCUS_COERULEUS_ASCENDING,
    name="locus_coeruleus_spinal",
    standard=Sourced(48, ASSUMED, "of 160; ventral and caudal coeruleospinal module", low=24, high=96),
    compartment="locus_coeruleus_spinal",
    spike_adaptation=Sourced(
        20 * pA,
        ASSUMED,
        "smaller after-hyperpolarisation than the core (Li2016, rat, no number)",
        low=10 * pA,
        high=100 * pA,
    ),
    bias=Sourced(
        46 * pA, ASSUMED, "lower rate in vivo than the core (Li2016, rat, no number)", low=10 * pA, high=120 * pA
    ),
    potassium_pool=Sourced(
        16 * nS,
        FITTED,
        "not measured in coeruleospinal cells; spinal noradrenaline rises severalfold under a blocker of NET (A3)",
        low=3 * nS,
        high=40 * nS,
    ),
)

RAPHE = CellPopulation(
    name="raphe",
    standard=Sourced(
        60, ASSUMED, "serotonergic cells of the rostral ventromedial medulla and dorsal raphe", low=30, high=120
    ),
    sided=False,
    compartment="raphe",
    inhibitory=False,
    capacitance=Sourced(70 * pF, ASSUMED, "as locus coeruleus", low=40 * pF, high=120 * pF),
    leak=Sourced(3.0 * nS, ASSUMED, "as locus coeruleus", low=2 * nS, high=10 * nS),
    rest=Sourced(-60 * mV, ASSUMED, "as locus coeruleus", low=-65 * mV, high=-55 * mV),
    threshold=Sourced(-51 * mV, ASSUMED, "as locus coeruleus", low=-55 * mV, high=-48 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=Sourced(0.5 * nS, ASSUMED, "as locus coeruleus", low=0 * nS, high=2 * nS),
    spike_adaptation=Sourced(50 * pA, ASSUMED, "slow regular firing", low=20 * pA, high=120 * pA),
    adaptation_time=Sourced(400 * ms, ASSUMED, "slow regular firing", low=100 * ms, high=1000 * ms),
    reset=Sourced(-66 * mV, ASSUMED, "as locus coeruleus", low=-70 * mV, high=-60 * mV),
    gaba_reversal=_BRAINSTEM_E_GABA,
    bias=Sourced(34 * pA, FITTED, "slow regular firing of 1-2 Hz", low=10 * pA, high=90 * pA),
    bias_spread=Sourced(6 * pA, ASSUMED, "between-cell s.d. of pacemaker drive", low=2 * pA, high=20 * pA),
    noise=Sourced(5 * pA, ASSUMED, "regular firing", low=1 * pA, high=15 * pA),
    spread=_BRAINSTEM_SPREAD,
    spread_potential=_BRAINSTEM_SPREAD_V,
    tonic_glutamate=_NONE,
    tonic_gaba=_NONE,
    potassium_pool=Sourced(1.9 * nS, FITTED, "raphe firing falls at once under an SSRI (F8)", low=1 * nS, high=20 * nS),
    potassium_power=LOCUS_COERULEUS_ASCENDING.potassium_power,
)

A11 = replace(
    RAPHE,
    name="a11",
    standard=Sourced(30, ASSUMED, "dopaminergic diencephalospinal cells", low=15, high=60),
    compartment="a11",
    bias=Sourced(42 * pA, FITTED, "slow regular firing of 1-2 Hz", low=10 * pA, high=90 * pA),
    potassium_pool=Sourced(
        4.6 * nS, ASSUMED, "D2 autoinhibition of the dopaminergic cells", low=1.5 * nS, high=12 * nS
    ),
)

PARAGIGANTOCELLULARIS = CellPopulation(
    name="paragigantocellularis",
    standard=Sourced(
        60, ASSUMED, "cells of the rostral ventrolateral medulla that excite the locus coeruleus", low=30, high=120
    ),
    sided=False,
    compartment="raphe",
    inhibitory=False,
    capacitance=Sourced(60 * pF, ASSUMED, "as locus coeruleus", low=40 * pF, high=120 * pF),
    leak=Sourced(3.5 * nS, ASSUMED, "as locus coeruleus", low=2 * nS, high=10 * nS),
    rest=Sourced(-60 * mV, ASSUMED, "not found for these cells", low=-65 * mV, high=-55 * mV),
    threshold=Sourced(-50 * mV, ASSUMED, "not found for these cells", low=-55 * mV, high=-45 * mV),
    slope=SPIKE_SLOPE,
    subthreshold_adaptation=_NONE,
    spike_adaptation=Sourced(10 * pA, ASSUMED, "fast cells with little adaptation", low=0 * pA, high=40 * pA),
    adaptation_time=Sourced(150 * ms, ASSUMED, "fast cells with little adaptation", low=50 * ms, high=500 * ms),
    reset=Sourced(-60 * mV, ASSUMED, "not found for these cells", low=-65 * mV, high=-55 * mV),
    gaba_reversal=_BRAINSTEM_E_GABA,
    bias=Sourced(22 * pA, ASSUMED, "a few spikes per second at rest; no rate was found", low=10 * pA, high=40 * pA),
    bias_spread=Sourced(
        8 * pA, ASSUMED, "s.d. between cells, which fire at rates of their own", low=2 * pA, high=20 * pA
    ),
    noise=Sourced(20 * pA, ASSUMED, "irregular firing", low=5 * pA, high=40 * pA),
    spread=_BRAINSTEM_SPREAD,
    spread_potential=_BRAINSTEM_SPREAD_V,
    tonic_glutamate=_NONE,
    tonic_gaba=_NONE,
    potassium_pool=_NONE,
    potassium_power=LOCUS_COERULEUS_ASCENDING.potassium_power,
)

BRAINSTEM = (LOCUS_COERULEUS_SPINAL, LOCUS_COERULEUS_ASCENDING, RAPHE, A11, PARAGIGANTOCELLULARIS)
