"""Optogenetics: which cells an opsin silences or stimulates, when, and by what conductance or current. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from brian2.units import Hz, ms, mV, nS

from core.sourced import ASSUMED, Sourced

#: Seconds: light goes on and off in steps of the receptors' clock.
LIGHT_STEP_SECONDS = 0.005


@dataclass(frozen=True)
class OpsinActivation:
    """Light on cells or fibres that carry an opsin.

    Attributes
    ----------
    blocks : tuple of str
        Which, such as "ipsi_islet" or "raphe".
    start, stop : float
        Of the light, in seconds.
    silences : bool
        What fibres do, which have no membrane here: they fall silent, or fire once a pulse.
    conductance, reversal : float
        What light opens in cells, S and V.
    current : float
        What light passes into cells instead, A; a negative one silences.
    period, pulse : float
        Of a train of pulses, in seconds; a period of 0 is steady light.
    share : float
        Of the cells or fibres of each block that carry the opsin.
    """

    blocks: tuple[str, ...]
    start: float
    stop: float
    silences: bool
    conductance: float = 0.0
    reversal: float = 0.0
    current: float = 0.0
    period: float = 0.0
    pulse: float = 0.0
    share: float = 1.0

    def moved(self, seconds: float) -> OpsinActivation:
        """The same that many seconds later."""
        return replace(self, start=self.start + seconds, stop=self.stop + seconds)


@dataclass(frozen=True)
class OpsinNumbers:
    """Defaults of silencing (by an opsin like archaerhodopsin) and of stimulation (like channelrhodopsin-2)."""

    silencing_conductance: Sourced
    silencing_reversal: Sourced
    stimulation_conductance: Sourced
    stimulation_reversal: Sourced
    frequency: Sourced
    pulse: Sourced


OPSINS = OpsinNumbers(
    silencing_conductance=Sourced(
        20 * nS, ASSUMED,
        "archaerhodopsin carries up to 900 pA, recalled from Chow2010, not read; 20 nS carries as much at -50 mV",
        low=5 * nS, high=30 * nS,
    ),
    silencing_reversal=Sourced(
        -95 * mV, ASSUMED, "where the pump's current is taken to end, so that no cell goes below", low=-120 * mV, high=-90 * mV
    ),
    stimulation_conductance=Sourced(
        8 * nS, ASSUMED, "about one spike of a locus coeruleus cell a pulse at 1-10 Hz", low=2 * nS, high=20 * nS
    ),
    stimulation_reversal=Sourced(
        0 * mV, ASSUMED, "channelrhodopsin-2 lets monovalent and divalent cations through (Nagel2003); the reversal potential itself was not read", low=-10 * mV, high=10 * mV
    ),
    frequency=Sourced(5 * Hz, ASSUMED, "tonic stimulation of the locus coeruleus, 1-10 Hz", low=1 * Hz, high=20 * Hz),
    pulse=Sourced(5 * ms, ASSUMED, "one step of the program's slow receptors; pulses of 5-30 ms are in use", low=5 * ms, high=30 * ms),
)  # fmt: skip
