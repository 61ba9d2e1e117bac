"""Primary afferents of the hind paw (A-beta, A-delta, C) and the nociceptors of a forepaw."""

from __future__ import annotations

from brian2.units import Hz, metre, second

from circuits.populations.population import AfferentPopulation
from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import millinewton

_METRES_PER_SECOND = metre / second
_NEVER = Sourced(99.0, ASSUMED, "degrees Celsius: does not answer heat", low=60.0, high=120.0)
_SPREAD_HEAT = Sourced(1.5, ASSUMED, "degrees Celsius, between fibres", low=0.5, high=3.0)
_NO_GAIN = Sourced(0 * Hz, ASSUMED, "does not answer heat", low=0 * Hz, high=1 * Hz)
_FORCE_SPREAD = Sourced(0.5, ASSUMED, "s.d. of the logarithm of the force threshold", low=0.3, high=0.9)
_SATURATION = Sourced(
    400 * millinewton, "Medlock2022", "public code: rate ratio 0.125, 0.25, 0.5, 1 at 50, 100, 200, 400 mN"
)
_C_ELECTRIC = Sourced(
    15.0, ASSUMED, "pulses of 1-2 ms through the skin; thin fibres without myelin need most current", low=8.0, high=40.0
)
_NO_RATE = Sourced(0 * Hz, ASSUMED, "does not answer this stimulus", low=0 * Hz, high=2 * Hz)

A_BETA = AfferentPopulation(
    name="a_beta",
    standard=Sourced(80, ASSUMED, "low-threshold mechanoreceptors", low=40, high=160),
    sided=True,
    fibre="A",
    delay_class="a_beta",
    conduction_velocity=Sourced(
        40 * _METRES_PER_SECOND,
        ASSUMED,
        "peripheral nerve, above 24 m/s; recalled from Leem1993, which was not found",
        low=24 * _METRES_PER_SECOND,
        high=60 * _METRES_PER_SECOND,
    ),
    regularity=Sourced(4.0, ASSUMED, "slowly adapting fibres fire regularly", low=1.0, high=20.0),
    peak_rate=Sourced(36.2 * Hz, "Medlock2022", "public code: slowly adapting fibres at onset"),
    force_threshold=Sourced(
        6 * millinewton,
        ASSUMED,
        "low-threshold mechanoreceptors, 0.5-20 mN",
        low=1 * millinewton,
        high=20 * millinewton,
    ),
    force_spread=_FORCE_SPREAD,
    saturating_force=Sourced(
        20 * millinewton,
        ASSUMED,
        "rate the same at all forces in Medlock2022's public code",
        low=5 * millinewton,
        high=60 * millinewton,
    ),
    adapted_share=Sourced(
        0.62,
        ASSUMED,
        "36.2 Hz at onset, 15.5 at 1 s, mean 13.6 over 5 s in Medlock2022's code, which 0.72 and 0.63 s fit best; here "
        "20.2 at 1 s",
        low=0.5,
        high=0.8,
    ),
    adaptation_time=Sourced(
        0.8 * second,
        ASSUMED,
        "0.63 s fits Medlock2022's code best, with an adapted share of 0.72",
        low=0.4 * second,
        high=1.2 * second,
    ),
    heat_threshold=_NEVER,
    heat_spread=_SPREAD_HEAT,
    heat_gain=_NO_GAIN,
    brush_rate=Sourced(25 * Hz, ASSUMED, "dynamic response to a soft brush", low=10 * Hz, high=50 * Hz),
    chemical_rate=_NO_RATE,
    electric_threshold=Sourced(1.0, DERIVED, "the unit in which electric pulses are given"),
)

A_DELTA = AfferentPopulation(
    name="a_delta",
    standard=Sourced(60, ASSUMED, "A-delta nociceptors", low=30, high=120),
    sided=True,
    fibre="A",
    delay_class="a_delta",
    conduction_velocity=Sourced(
        10 * _METRES_PER_SECOND,
        ASSUMED,
        "peripheral nerve, 2.5-24 m/s; recalled from Leem1993, which was not found",
        low=2.5 * _METRES_PER_SECOND,
        high=24 * _METRES_PER_SECOND,
    ),
    regularity=Sourced(2.0, ASSUMED, "between Poisson and regular", low=1.0, high=6.0),
    peak_rate=Sourced(27.2 * Hz, "Medlock2022", "public code: 400 mN, onset"),
    force_threshold=Sourced(
        25 * millinewton, ASSUMED, "A mechano-nociceptors of the paw", low=5 * millinewton, high=80 * millinewton
    ),
    force_spread=_FORCE_SPREAD,
    saturating_force=_SATURATION,
    adapted_share=Sourced(
        0.85, "Medlock2022", "27.2 Hz at onset, 24.0 at 1 s, 9.1 at 5 s; here 21.5 and 9.6", "derived"
    ),
    adaptation_time=Sourced(
        3.5 * second, "Medlock2022", "27.2 Hz at onset, 24.0 at 1 s, 9.1 at 5 s; here 21.5 and 9.6", "derived"
    ),
    heat_threshold=Sourced(46.0, ASSUMED, "degrees Celsius, type II A-delta", low=43.0, high=53.0),
    heat_spread=_SPREAD_HEAT,
    heat_gain=Sourced(1.5 * Hz, ASSUMED, "per degree above threshold", low=0.5 * Hz, high=4 * Hz),
    brush_rate=_NO_RATE,
    chemical_rate=_NO_RATE,
    electric_threshold=Sourced(
        3.0, ASSUMED, "pulses of 1-2 ms through the skin; thinner fibres need more current", low=2.0, high=6.0
    ),
)

C_PEPTIDERGIC = AfferentPopulation(
    name="c_peptidergic",
    standard=Sourced(120, ASSUMED, "peptidergic C nociceptors, heat- and capsaicin-sensitive", low=60, high=240),
    sided=True,
    fibre="C",
    delay_class="c",
    conduction_velocity=Sourced(
        1.0 * _METRES_PER_SECOND,
        ASSUMED,
        "peripheral nerve, below 2.5 m/s; recalled from Leem1993, which was not found",
        low=0.5 * _METRES_PER_SECOND,
        high=2.5 * _METRES_PER_SECOND,
    ),
    regularity=Sourced(1.5, ASSUMED, "nearly Poisson", low=1.0, high=4.0),
    peak_rate=Sourced(31.9 * Hz, "Medlock2022", "public code: 400 mN, onset"),
    force_threshold=Sourced(
        40 * millinewton, ASSUMED, "C mechano-nociceptors of the paw", low=10 * millinewton, high=120 * millinewton
    ),
    force_spread=_FORCE_SPREAD,
    saturating_force=_SATURATION,
    adapted_share=Sourced(
        0.85, "Medlock2022", "31.9 Hz at onset, 20.6 at 1 s, 7.6 at 5 s; here 23.0 and 8.5", "derived"
    ),
    adaptation_time=Sourced(
        2.5 * second, "Medlock2022", "31.9 Hz at onset, 20.6 at 1 s, 7.6 at 5 s; here 23.0 and 8.5", "derived"
    ),
    heat_threshold=Sourced(43.0, ASSUMED, "degrees Celsius, TRPV1-expressing", low=40.0, high=46.0),
    heat_spread=_SPREAD_HEAT,
    heat_gain=Sourced(1.5 * Hz, ASSUMED, "per degree above threshold", low=0.5 * Hz, high=4 * Hz),
    brush_rate=_NO_RATE,
    chemical_rate=_NO_RATE,
    electric_threshold=_C_ELECTRIC,
)

C_NONPEPTIDERGIC = AfferentPopulation(
    name="c_nonpeptidergic",
    standard=Sourced(120, ASSUMED, "non-peptidergic C nociceptors, mechanosensitive", low=60, high=240),
    sided=True,
    fibre="C",
    delay_class="c",
    conduction_velocity=C_PEPTIDERGIC.conduction_velocity,
    regularity=C_PEPTIDERGIC.regularity,
    peak_rate=C_PEPTIDERGIC.peak_rate,
    force_threshold=C_PEPTIDERGIC.force_threshold,
    force_spread=_FORCE_SPREAD,
    saturating_force=_SATURATION,
    adapted_share=C_PEPTIDERGIC.adapted_share,
    adaptation_time=C_PEPTIDERGIC.adaptation_time,
    heat_threshold=_NEVER,
    heat_spread=_SPREAD_HEAT,
    heat_gain=_NO_GAIN,
    brush_rate=_NO_RATE,
    chemical_rate=_NO_RATE,
    electric_threshold=_C_ELECTRIC,
)

FOREPAW = AfferentPopulation(
    name="forepaw_nociceptor",
    standard=Sourced(60, ASSUMED, "heterotopic noxious input, relayed to the locus coeruleus", low=30, high=120),
    sided=False,
    fibre="C",
    delay_class="ascending",
    conduction_velocity=C_PEPTIDERGIC.conduction_velocity,
    regularity=C_PEPTIDERGIC.regularity,
    peak_rate=_NO_RATE,
    force_threshold=C_PEPTIDERGIC.force_threshold,
    force_spread=_FORCE_SPREAD,
    saturating_force=_SATURATION,
    adapted_share=C_PEPTIDERGIC.adapted_share,
    adaptation_time=C_PEPTIDERGIC.adaptation_time,
    heat_threshold=_NEVER,
    heat_spread=_SPREAD_HEAT,
    heat_gain=_NO_GAIN,
    brush_rate=_NO_RATE,
    chemical_rate=Sourced(
        28 * Hz,
        FITTED,
        "capsaicin in the forepaw at its peak; evoked spinal noradrenaline (A6, A21)",
        low=2 * Hz,
        high=40 * Hz,
    ),
    electric_threshold=_C_ELECTRIC,
)

AFFERENTS = (A_BETA, A_DELTA, C_PEPTIDERGIC, C_NONPEPTIDERGIC, FOREPAW)
