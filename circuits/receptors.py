"""Receptors and couplings: what activates a receptor, and what an active one does to a cell or terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from brian2.units import amp, ms, nM, pA
from brian2.units.fundamentalunits import get_dimensions, is_dimensionless

from circuits.ion_channels import UseDependence
from core.errors import UserError, unknown_name
from core.exposure import Exposure
from core.sourced import ASSUMED, FITTED, Sourced
from core.vocabulary import CHANNEL_STATES, NERVE

EXCITATORY = ("pkc_gamma", "vertical", "projection")
LOCUS_COERULEUS = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")
#: A number, or one for each cell.
Shares = TypeVar("Shares", float, np.ndarray)
#: What an active receptor can do -> the unit of its strength.
COUPLING_EFFECTS = {"girk": 1.0, "current": amp, "release": 1.0}


@dataclass(frozen=True)
class Agonist:
    """What acts at a receptor beside the receptor's own agonist: a transmitter, or a receptor (see `Receptor`).

    efficacy: over that of the receptor's own agonist; 0 is an antagonist, which only takes its place.
    """

    name: str
    half_activation: Sourced
    efficacy: Sourced


@dataclass(frozen=True)
class Receptor:
    """A receptor that its agonist activates by u^n / (1 + u^n), where u is concentration over half-activation.

    Drugs compete with the agonists (Gaddum / Hill: `circuits.fields.activation`). A receptor is one entry of
    `CIRCUIT_RECEPTORS`; everything else follows from it.

    Attributes
    ----------
    name : str
        Such as "alpha2A". Drugs bind it where it is one of `core.vocabulary.SITES`.
    agonist : str
        A transmitter; or a receptor that stands earlier in the circuit's list and whose active share then stands in
        place of a concentration.
    half_activation : Sourced
        Concentration at half activation, without a unit where the agonist is a receptor.
    hill : Sourced
        The power n.
    others : tuple of Agonist
        What else acts there.
    """

    name: str
    agonist: str
    half_activation: Sourced
    hill: Sourced
    others: tuple[Agonist, ...] = ()

    @cached_property
    def agonists(self) -> tuple[str, ...]:
        """Names of all that acts there, its own agonist first."""
        return (self.agonist, *(other.name for other in self.others))

    @cached_property
    def acts(self) -> dict[str, tuple[float, float]]:
        """Agonist -> its half-activation (nM, or a plain ratio) and its efficacy."""
        found = {self.agonist: (half_nanomolar(self), 1.0)}
        return found | {other.name: (half_nanomolar(other), other.efficacy.si) for other in self.others}


def half_nanomolar(acting: Receptor | Agonist) -> float:
    """Half-activation in nM; a plain ratio where a receptor stands in place of a transmitter."""
    value = acting.half_activation.si
    return value if is_dimensionless(acting.half_activation.value) else value * 1e6


@dataclass(frozen=True)
class Coupling:
    """One thing that an active receptor does to some populations.

    Attributes
    ----------
    name, group : str
        Either switches it off; the group is the family of receptors.
    receptor : str
        Which one.
    effect : str
        "girk", the opening of potassium channels through G proteins; "current", a depolarising current; "release", a
        relative change of transmitter release from terminals.
    targets : tuple of str
        Populations whose cells or terminals carry it. "release" may also name transmitters, whose terminals carry it
        wherever they are released.
    strength : Sourced
        At full activation: of "girk" the share of a cell's channels that this receptor opens alone, from 0 to less than
        1; of "current" in A; of "release" a share, negative for less.
    share : Sourced
        Of the cells, fibres or terminals of each target that carry it.
    scaled_by : str
        The slow quantity that multiplies it (`Moment.quantities`), "" for none.

    Raises
    ------
    UserError
        For an effect that does not exist, targets that are no tuple, a number without a source, a strength in another
        unit than its effect has, or one of "girk" that is no share.
    """

    name: str
    group: str
    receptor: str
    effect: str
    targets: tuple[str, ...]
    strength: Sourced
    share: Sourced
    scaled_by: str = ""

    def __post_init__(self) -> None:
        where = f"coupling {self.name}"
        if self.effect not in COUPLING_EFFECTS:
            raise unknown_name("effect", self.effect, COUPLING_EFFECTS, where)
        if not isinstance(self.targets, tuple):
            raise UserError(
                f'{where}: targets = {self.targets!r}: expected a tuple of populations, such as ("islet",).'
            )
        for name, like in (("strength", COUPLING_EFFECTS[self.effect]), ("share", 1.0)):
            number = getattr(self, name)
            if not isinstance(number, Sourced):
                raise UserError(
                    f'{where}: {name} = {number}: expected a number with its source, Sourced(value, "Key2001").'
                )
            if get_dimensions(number.value) != get_dimensions(like):
                unit = {"current": "A, such as 5 * pA"}.get(self.effect, "no unit")
                raise UserError(
                    f"{where}: {name} = {number.value}: expected {unit if name == 'strength' else 'no unit'}."
                )
        if self.effect == "girk" and not 0.0 <= self.strength.si < 1.0:
            raise UserError(
                f"{where}: strength = {self.strength.value}: the share of a cell's potassium channels that a receptor "
                "opens alone lies from 0 to less than 1."
            )


def weight(share: float, power: float) -> float:
    """What a fully active receptor adds to the sum that opens potassium channels, where alone it opens `share` of them."""
    return float((share / (1.0 - share)) ** (1.0 / power))


def open_share(total: Shares, power: Shares) -> Shares:
    """Share of a cell's potassium channels that receptors of this sum (weight x active share) hold open.

    The channels are shared, and several G proteins open one together: s^n / (1 + s^n).
    """
    opening: Shares = total**power
    share: Shares = opening / (1.0 + opening)
    return share


CIRCUIT_RECEPTORS = (
    Receptor("alpha1", "noradrenaline", Sourced(300 * nM, ASSUMED, "330 nM recalled from the PDSP Ki database; a supplier's page prints the same", low=100 * nM, high=1000 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    Receptor("alpha2A", "noradrenaline", Sourced(50 * nM, ASSUMED, "50-100 nM for extracellular, not surface-applied, noradrenaline; 56 nM recalled from the PDSP Ki database, and a supplier's page prints the same", low=40 * nM, high=150 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    Receptor("5-HT1A", "serotonin", Sourced(20 * nM, ASSUMED, "high affinity 1-5 nM, slice responses in uM", low=5 * nM, high=60 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    Receptor("5-HT2A", "serotonin", Sourced(100 * nM, ASSUMED, "30-200 nM", low=30 * nM, high=200 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    Receptor("5-HT3", "serotonin", Sourced(150 * nM, ASSUMED, "opened by release events, micromolar for milliseconds: their number and length, and so the mean open share, is in proportion to the mean level, not to its square; the concentration stands for that", low=50 * nM, high=1000 * nM), Sourced(1.0, ASSUMED, "in proportion to release events", low=0.8, high=2.0)),
    Receptor("D2", "dopamine", Sourced(47 * nM, "DeVries1985", "rat striatum: IC50 of dopamine 13 nM, 13 times as much with GTP; the geometric mean. At rest it may be lower: depolarisation by 120 mV moves its concentration-response curve nearly tenfold to the right (Sahlholm2008, oocytes)", "derived", low=10 * nM, high=170 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    # What alpha2A does to the calcium channels of a terminal rises steeply with its active share.
    Receptor("alpha2A_terminals", "alpha2A", Sourced(0.5, FITTED, "active share of alpha2A at which the effect on a terminal is half: NSIA of uninjured rats 23 to 38 g (A5) where duloxetine leaves their threshold within a tenth; calcium channels of terminals and release stand in a power law", low=0.2, high=0.7), Sourced(5.0, FITTED, "as the half-activation; release rises with the fourth power of calcium, recalled", low=1.0, high=5.0)),
    Receptor("M", "acetylcholine", Sourced(40 * nM, ASSUMED, "four times the level at rest: atropine alone does nothing after ligation (Paqueron2003)", low=10 * nM, high=200 * nM), Sourced(2.0, ASSUMED, "steep enough to be silent at rest", low=1.0, high=4.0)),
    Receptor("nicotinic", "acetylcholine", Sourced(60 * nM, ASSUMED, "above that of muscarinic receptors", low=10 * nM, high=500 * nM), Sourced(2.0, ASSUMED, "ionotropic, two sites", low=1.0, high=3.0)),
    Receptor("mu", "enkephalin", Sourced(50 * nM, ASSUMED, "hardly active at rest, active when cells fire hard", low=5 * nM, high=300 * nM), Sourced(1.0, ASSUMED, "one site", low=0.8, high=1.5)),
    Receptor("GABA-B", "gaba", Sourced(400 * nM, ASSUMED, "hardly active at rest, active when cells fire hard", low=100 * nM, high=2000 * nM), Sourced(1.5, ASSUMED, "active only when many cells fire", low=1.0, high=3.0)),
)  # fmt: skip

_ALL = Sourced(1.0, ASSUMED, "every cell of the target", low=0.8, high=1.0)

COUPLINGS = (
    Coupling("alpha2_on_c_terminals", "alpha2", "alpha2A_terminals", "release", ("c_peptidergic", "c_nonpeptidergic"),
             Sourced(-0.328, "Kawasaki2003", "rat slices: C-fibre EPSC -28 +/- 4 % at 50 uM, which makes 71 % active if the EC50 is that of Sonohata2004, 20 uM, and 86 % of the effect", "derived", low=-0.42, high=-0.24), _ALL,
             scaled_by="alpha2_cord_sensitivity"),
    Coupling("alpha2_on_a_delta_terminals", "alpha2", "alpha2A_terminals", "release", ("a_delta",),
             Sourced(-0.585, "Kawasaki2003", "rat slices: A-delta EPSC -50 +/- 4 % at 50 uM, which makes 71 % active if the EC50 is that of Sonohata2004, 20 uM, and 86 % of the effect", "derived", low=-0.68, high=-0.49), _ALL,
             scaled_by="alpha2_cord_sensitivity"),
    Coupling("alpha2_girk_on_excitatory", "alpha2", "alpha2A", "girk", EXCITATORY,
             Sourced(0.7, ASSUMED, "most of the channels that G proteins open in a cell; with the pool 5.0-9.5 mV in a bath (Sonohata2004)", low=0.5, high=0.97),
             Sourced(0.8, "North1984", "80 % of substantia gelatinosa cells, rat slices; taken to be the same in excitatory and islet cells, and in projection cells of lamina I", "derived", low=0.7, high=1.0),
             scaled_by="alpha2_cord_sensitivity"),
    Coupling("alpha2_girk_on_islet", "alpha2", "alpha2A", "girk", ("islet",),
             Sourced(0.4, ASSUMED, "fewer than in excitatory cells, so that alpha2A does not take inhibition away", low=0.2, high=0.95),
             Sourced(0.8, "North1984", "80 % of substantia gelatinosa cells, rat slices; taken to be the same in excitatory and islet cells, and in projection cells of lamina I", "derived", low=0.2, high=0.9),
             scaled_by="alpha2_cord_sensitivity"),
    Coupling("alpha1_on_inhibitory", "alpha1", "alpha1", "current", ("islet", "parvalbumin"),
             Sourced(8 * pA, ASSUMED, "direct excitation of GABA cells in the mouse (Gassner2009); mIPSC frequency up in the rat (Baba2000)", low=5 * pA, high=40 * pA),
             Sourced(0.7, ASSUMED, "share of inhibitory cells", low=0.3, high=1.0)),
    Coupling("alpha2_on_acetylcholine", "alpha2", "alpha2A", "release", ("acetylcholine",),
             Sourced(-0.5, ASSUMED, "clonidine inhibits evoked release of acetylcholine in the cord of normal rats (Obata2005b); by how much was not read", low=-0.9, high=-0.1), _ALL),
    Coupling("alpha2_on_acetylcholine_after_injury", "alpha2", "alpha2A_terminals", "release", ("acetylcholine",),
             Sourced(5.2, FITTED, "three weeks after ligation clonidine enhances it instead, in synaptosomes too, so on the terminals (Obata2005b), and in vivo (Hayashida2012); by how much was not read; relief by duloxetine of 51 to 79 g (A1)", low=1.0, high=8.0), _ALL,
             scaled_by="acetylcholine_switch"),
    Coupling("muscarinic_on_afferents", "cholinergic", "M", "release", ("a_delta", "c_peptidergic", "c_nonpeptidergic"),
             Sourced(-0.279, "Zhang2007", "rat slices: monosynaptic EPSC of lamina II -27.9 % under oxotremorine-M, by M2; the mean of A-delta and C fibres, and all receptors active, are taken", "derived", low=-0.5, high=-0.1), _ALL),
    Coupling("muscarinic_on_inhibitory", "cholinergic", "M", "current", ("islet", "parvalbumin"),
             Sourced(2 * pA, FITTED, "oxotremorine-M makes spontaneous, not miniature, GABA currents more frequent, so that it excites the cells (Zhang2005), by how much was not read; atropine takes about two fifths of what clonidine does to paw pressure after ligation (A32)", low=2 * pA, high=40 * pA), _ALL),
    Coupling("muscarinic_on_gaba_terminals", "cholinergic", "M", "release", ("islet", "parvalbumin"),
             Sourced(-0.2, ASSUMED, "muscarinic agonists lower GABA release from synaptosomes of ligated rats (Hayashida2012); by how much was not read", low=-0.5, high=-0.05), _ALL,
             scaled_by="acetylcholine_switch"),
    Coupling("nicotinic_on_gaba_terminals", "cholinergic", "nicotinic", "release", ("islet", "parvalbumin"),
             Sourced(6.5, ASSUMED, "nicotinic agonists raise GABA release from synaptosomes of ligated rats, and a nicotinic antagonist takes what clonidine adds in vivo (Hayashida2012); by how much was not read", low=0.5, high=8.0), _ALL,
             scaled_by="acetylcholine_switch"),
    Coupling("mu_girk", "opioid", "mu", "girk", EXCITATORY,
             Sourced(0.5, ASSUMED, "share of the channels; outward current of cells of lamina II, recalled", low=0.1, high=0.9),
             Sourced(0.6, ASSUMED, "share of cells", low=0.3, high=1.0)),
    Coupling("mu_on_afferents", "opioid", "mu", "release", ("a_delta", "c_peptidergic", "c_nonpeptidergic"),
             Sourced(-0.4, ASSUMED, "a mu agonist lowers A-delta and C EPSCs, recalled", low=-0.7, high=-0.1), _ALL),
    Coupling("gaba_b_girk", "gaba_b", "GABA-B", "girk", EXCITATORY,
             Sourced(0.5, ASSUMED, "share of the channels: baclofen evokes an outward current in all cells of lamina II, rat slices (Yan2001); its size was not read", low=0.1, high=0.9), _ALL),
    Coupling("gaba_b_on_afferents", "gaba_b", "GABA-B", "release", ("a_delta", "c_peptidergic", "c_nonpeptidergic"),
             Sourced(-0.5, ASSUMED, "baclofen makes miniature EPSCs rarer by a presynaptic action (Yan2001); by how much was not read", low=-0.8, high=-0.1), _ALL),
    Coupling("serotonin1A_girk", "serotonin", "5-HT1A", "girk", EXCITATORY,
             Sourced(0.05, ASSUMED, "outward current in 64 % of cells; its size was not read; small, since blockers of SERT hardly relieve", low=0.01, high=0.8),
             Sourced(0.64, "Abe2009", "rat: 104 of 162 cells of the substantia gelatinosa, taken for the share of the excitatory ones")),
    Coupling("serotonin2A_on_inhibitory", "serotonin", "5-HT2A", "current", ("islet", "parvalbumin"),
             Sourced(10 * pA, ASSUMED, "inhibitory currents are more frequent in 81 % of cells (Xie2012)", low=2 * pA, high=30 * pA),
             Sourced(0.58, ASSUMED, "of the cells that receive inhibition: serotonin made inhibitory currents more frequent in 58 %, more frequent and larger in another 23 % (Xie2012, rat slices); the share of inhibitory cells with 5-HT2A was not measured", low=0.3, high=0.9)),
    Coupling("serotonin3_on_inhibitory", "serotonin", "5-HT3", "current", ("islet",),
             Sourced(60 * pA, ASSUMED, "fast inward current of islet cells at full activation", low=20 * pA, high=150 * pA),
             Sourced(0.068, "Abe2009", "rat: 11 of 162 cells of the substantia gelatinosa, taken for the share of the islet cells")),
    Coupling("serotonin3_on_afferents", "serotonin", "5-HT3", "release", ("a_delta", "c_peptidergic", "c_nonpeptidergic"),
             Sourced(-0.3, ASSUMED, "a 5-HT3 agonist lowers EPSPs from the dorsal root without GABA or opioid receptors: hemisected cord of young rats (Khasabov1999); by how much was not read", low=-0.8, high=-0.05), _ALL),
    Coupling("dopamine2_girk", "dopamine", "D2", "girk", EXCITATORY,
             Sourced(0.15, ASSUMED, "outward current in about 70 % of cells (Taniguchi2011); its size was not read; small, since without alpha2A a blocker of reuptake does little", low=0.02, high=0.9),
             Sourced(0.85, "Taniguchi2011", "about 70 % of cells: 0.85 of 280 excitatory, 0.25 of 90 islet cells, a division that is ours", "derived", low=0.7, high=1.0)),
    Coupling("dopamine2_girk_on_islet", "dopamine", "D2", "girk", ("islet",),
             Sourced(0.15, ASSUMED, "outward current in about 70 % of cells (Taniguchi2011); its size was not read; small, since without alpha2A a blocker of reuptake does little", low=0.02, high=0.9),
             Sourced(0.25, "Taniguchi2011", "about 70 % of cells: 0.85 of 280 excitatory, 0.25 of 90 islet cells, a division that is ours", "derived", low=0.1, high=0.7)),
    Coupling("alpha2_autoreceptor_soma", "alpha2", "alpha2A", "girk", ("locus_coeruleus_ascending",),
             Sourced(0.324, ASSUMED, "with the pool 10.7 nS at full activation, and in proportion to it as far as can be: rat slices, about 300 pA at -60 mV (Williams1985)", low=0.1, high=0.95), _ALL,
             scaled_by="alpha2_soma_sensitivity"),
    Coupling("alpha2_autoreceptor_coeruleospinal", "alpha2", "alpha2A", "girk", ("locus_coeruleus_spinal",),
             Sourced(0.324, ASSUMED, "as in the ascending module; coeruleospinal cells have fewer channels", low=0.1, high=0.95), _ALL,
             scaled_by="alpha2_soma_sensitivity"),
    Coupling("serotonin2A_gaba_on_locus_coeruleus", "serotonin", "5-HT2A", "current", LOCUS_COERULEUS,
             Sourced(-20 * pA, ASSUMED, "serotonin inhibits through 5-HT2A receptors that are not on these cells (Szabo2001b, rat); that cells with GABA have them is assumed", low=-50 * pA, high=-5 * pA), _ALL),
    Coupling("serotonin1A_autoreceptor", "serotonin", "5-HT1A", "girk", ("raphe",),
             Sourced(0.324, ASSUMED, "as alpha2A in the locus coeruleus", low=0.1, high=0.95), _ALL,
             scaled_by="serotonin1A_sensitivity"),
    Coupling("dopamine2_autoreceptor", "dopamine", "D2", "girk", ("a11",),
             Sourced(0.324, ASSUMED, "as alpha2A in the locus coeruleus", low=0.1, high=0.95), _ALL),
)  # fmt: skip


@dataclass(frozen=True)
class PlainCoupling:
    """What drugs do at a site that has no transmitter, in proportion to their occupancy of it.

    At full occupancy a share `strength` of `quantity` is taken away, or added where it is negative. quantity: one of
    `circuits.moment.WHOLE` or of the injury. compartment: one of `core.vocabulary.DRUG_PLACES`. scaled_by: the slow
    quantity that multiplies the strength, "" for none. use: of an ion channel, which drugs hold by its states; the
    quantity is then the rate of fibres, in Hz. competitor: what the body has at the site, over its binding constant.
    follows: a slow variable that takes the place of occupancy, "" for none; no drug then acts at once.
    """

    name: str
    group: str
    site: str
    quantity: str
    compartment: str
    strength: Sourced
    scaled_by: str = ""
    use: UseDependence | None = None
    competitor: Sourced | None = None
    follows: str = ""

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites whose binding counts: that itself, or one for each state of a channel."""
        return (self.site,) if self.use is None else tuple(f"{self.site}_{state}" for state in CHANNEL_STATES)

    def mirrored(self) -> PlainCoupling:
        """The same on the side that is not "ipsi"."""
        return replace(
            self,
            quantity=f"{self.quantity}_contra",
            scaled_by=f"{self.scaled_by}_contra",
            compartment=self.compartment.replace("ipsi", "contra"),
        )

    def held(self, exposure: Exposure, quantity: float, most: float) -> float:
        """Share of the site that drugs hold, 0..1; most: what all of it would take of the quantity, as a share."""
        bound = [exposure.at(self.compartment, site) for site in self.sites]
        if self.use is not None:
            return self.use.settled(bound, quantity, most)
        if self.competitor is None:
            return bound[0].occupancy
        drug = bound[0].block + bound[0].held
        return drug / (1.0 + drug + self.competitor.si)


_SODIUM_CHANNELS_IN_USE = UseDependence(
    vulnerable_time=Sourced(74 * ms, "Nau2000", "1 uM of amitriptyline takes about 55 % of sodium current at 5 Hz; block of inactivated channels ends with 8 s, so that it adds up from spike to spike; with the binding constants in use", "derived", low=20 * ms, high=200 * ms),
    inactivated=Sourced(0.1, ASSUMED, "share of sodium channels that is inactivated in an injured fibre between spikes", low=0.0, high=0.5),
)  # fmt: skip

#: Of what drugs meet at alpha2delta outside the blood-brain barrier.
LEUCINE_OF_PLASMA = Sourced(1500.0, ASSUMED, "leucine and its like compete at alpha2delta: some 150 uM in plasma over a constant of about 0.1 uM, both recalled; makes 10 to 30 mg/kg of pregabalin the range of effect on ectopic discharge (Chen2001)", low=300.0, high=5000.0)  # fmt: skip

PLAIN_COUPLINGS = (
    PlainCoupling("sodium_channel_on_ectopic", "sodium_channel", "Nav", "ectopic_rate", NERVE,
                  Sourced(0.9, ASSUMED, "of the ectopic discharge of A fibres, were all channels held: lidocaine i.v. silences it at doses that leave conduction alone, recalled", low=0.5, high=1.0),
                  use=_SODIUM_CHANNELS_IN_USE),
    PlainCoupling("sodium_channel_on_c_fibres", "sodium_channel", "Nav", "c_spontaneous_rate", NERVE,
                  Sourced(0.9, ASSUMED, "as of A fibres", low=0.5, high=1.0),
                  use=_SODIUM_CHANNELS_IN_USE),
    PlainCoupling("alpha2delta_on_afferent_release", "alpha2delta", "alpha2delta", "afferent_release", "dorsal_horn_ipsi",
                  Sourced(0.05, ASSUMED, "at once, of release in the injured cord: little or nothing, since gabapentinoids act on the traffic of alpha2delta; gabapentin takes a quarter of polysynaptic A-delta currents in slices of inflamed rats, nothing in those of normal ones (an abstract printed without authors)", low=0.0, high=0.25),
                  scaled_by="alpha2delta_upregulation"),
    PlainCoupling("alpha2delta_traffic_on_afferent_release", "alpha2delta", "alpha2delta", "afferent_release", NERVE,
                  Sourced(0.5, ASSUMED, "of release in the injured cord, were all alpha2delta-1 kept from the terminals: repeated pregabalin lowers it there (Bauer2009, rat, ligated), by how much release falls was not read", low=0.2, high=0.8),
                  scaled_by="alpha2delta_upregulation", follows="alpha2delta_missing"),
    PlainCoupling("alpha2delta_on_ectopic", "alpha2delta", "alpha2delta", "ectopic_rate", NERVE,
                  Sourced(0.9, "Chen2001", "rat, partial sciatic ligation: pregabalin 30 mg/kg i.v. lowers ectopic discharge from 20.8 to 2.3 per s, 10 mg/kg less", "derived", low=0.5, high=1.0),
                  competitor=LEUCINE_OF_PLASMA),
    PlainCoupling("alpha2delta_on_locus_coeruleus_gaba", "alpha2delta", "alpha2delta", "locus_coeruleus_gaba", "locus_coeruleus",
                  Sourced(0.5, ASSUMED, "gabapentin lowers extracellular GABA in the locus coeruleus of normal and ligated rats (Yoshizumi2012); by how much was not read", low=0.2, high=0.8)),
    PlainCoupling("alpha2delta_on_locus_coeruleus_glutamate", "alpha2delta", "alpha2delta", "locus_coeruleus_glutamate", "locus_coeruleus",
                  Sourced(-0.5, ASSUMED, "gabapentin and pregabalin raise LC glutamate, gabapentin by the same share in normal and ligated rats and through GLT-1 (Suto2014); the share was not read, as large as that of GABA is taken", low=-1.5, high=-0.2),
                  scaled_by="glt1_left"),
    PlainCoupling("ampa_in_ipsi_dorsal_horn", "ampa", "AMPA", "excitation_ipsi", "dorsal_horn_ipsi",
                  Sourced(1.0, ASSUMED, "fast excitation; a blocked share of AMPA takes as much of NMDA with it, which needs the depolarisation", low=0.7, high=1.0)),
    PlainCoupling("ampa_in_contra_dorsal_horn", "ampa", "AMPA", "excitation_contra", "dorsal_horn_contra",
                  Sourced(1.0, ASSUMED, "fast excitation; a blocked share of AMPA takes as much of NMDA with it, which needs the depolarisation", low=0.7, high=1.0)),
    PlainCoupling("ampa_in_locus_coeruleus", "ampa", "AMPA", "excitation_locus_coeruleus", "locus_coeruleus",
                  Sourced(1.0, ASSUMED, "fast excitation, tonic and evoked; a blocked share of AMPA takes as much of NMDA with it", low=0.7, high=1.0)),
    PlainCoupling("hdac_on_glt1", "glt1_induction", "HDAC", "glt1_shortfall", "locus_coeruleus",
                  Sourced(1.0, ASSUMED, "valproate brings back GLT-1 lost after ligation (Hobo2011) and leaves that of normal rats alone (Yoshizumi2013); cord, taken over for the locus coeruleus (A22)", low=0.3, high=1.0)),
)  # fmt: skip
