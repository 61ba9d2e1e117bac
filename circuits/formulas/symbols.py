"""The letters of the formulas: how each is printed, what it is, its unit, and where its value stands."""

from __future__ import annotations

from collections.abc import Mapping

from circuits.brian.equations import symbol
from circuits.circuit import Circuit
from circuits.formulas.formula import Symbol

_CELL = {
    "v": Symbol("V", "membrane potential", "mV"),
    "w": Symbol("w", "adaptation current", "pA"),
    "g_ampa": Symbol(r"g_{\mathrm{AMPA}}", "AMPA conductance", "nS"),
    "g_nmda": Symbol(r"g_{\mathrm{NMDA}}", "NMDA conductance", "nS"),
    "g_gaba": Symbol(r"g_{\mathrm{GABA}}", "GABA-A and glycine conductance", "nS"),
    "g_potassium": Symbol(r"g_{\mathrm{K}}", "potassium conductance opened by receptors", "nS"),
    "I_leak": Symbol(r"I_{\mathrm{leak}}", "leak current", "pA"),
    "I_spike": Symbol(r"I_{\mathrm{spike}}", "current of spike initiation", "pA"),
    "I_ampa": Symbol(r"I_{\mathrm{AMPA}}", "AMPA current", "pA"),
    "I_nmda": Symbol(r"I_{\mathrm{NMDA}}", "NMDA current", "pA"),
    "I_gaba": Symbol(r"I_{\mathrm{GABA}}", "GABA-A and glycine current", "pA"),
    "I_potassium": Symbol(r"I_{\mathrm{K}}", "current of that conductance", "pA"),
    "I_steady": Symbol(r"I_{\mathrm{steady}}", "bias and currents of receptors", "pA"),
    "noise": Symbol(r"I_{\mathrm{noise}}", "noise current", "pA"),
    "C": Symbol("C", "membrane capacitance", "pF", "cells.*.capacitance"),
    "g_leak": Symbol(r"g_{\mathrm{leak}}", "leak conductance", "nS", "cells.*.leak"),
    "E_leak": Symbol(r"E_{\mathrm{leak}}", "rest potential", "mV", "cells.*.rest"),
    "slope": Symbol(r"\Delta_{T}", "slope of spike initiation", "mV", "cells.*.slope"),
    "V_T": Symbol("V_{T}", "threshold of spike initiation", "mV", "cells.*.threshold"),
    "V_r": Symbol("V_{r}", "reset potential", "mV", "cells.*.reset"),
    "V_spike": Symbol(r"V_{\mathrm{spike}}", "potential at which a spike is counted", "V", "SPIKE_VOLTAGE"),
    "a": Symbol("a", "adaptation below threshold", "nS", "cells.*.subthreshold_adaptation"),
    "b": Symbol("b", "adaptation added by a spike", "pA", "cells.*.spike_adaptation"),
    "tau_w": Symbol(r"\tau_{w}", "time of adaptation", "ms", "cells.*.adaptation_time"),
    "tau_ampa": Symbol(r"\tau_{\mathrm{AMPA}}", "decay of AMPA conductance", "ms", "synapses.ampa_decay"),
    "tau_nmda": Symbol(r"\tau_{\mathrm{NMDA}}", "decay of NMDA conductance", "ms", "synapses.nmda_decay"),
    "tau_gaba": Symbol(r"\tau_{\mathrm{GABA}}", "decay of GABA-A and glycine conductance", "ms", "synapses.gaba_decay"),
    "tonic_ampa": Symbol(r"\bar{g}_{\mathrm{AMPA}}", "tonic AMPA conductance", "nS", "cells.*.tonic_glutamate"),
    "tonic_gaba": Symbol(r"\bar{g}_{\mathrm{GABA}}", "tonic GABA-A conductance", "nS", "cells.*.tonic_gaba"),
    "magnesium_half": Symbol("m", "magnesium that blocks half of the NMDA channels at 0 mV, over the outer 1 mM", "1",
                             "synapses.magnesium_half"),
    "magnesium_slope": Symbol("s_{m}", "voltage dependence of the block", "1/mV", "synapses.magnesium_slope"),
    "opening": Symbol(r"\Omega", "sum of the receptors that open potassium channels, raised to a power"),
    "potassium_pool": Symbol(r"\bar{g}_{\mathrm{K}}", "conductance of all these channels of a cell", "nS", "cells.*.potassium_pool"),
    "potassium_power": Symbol(r"n_{\mathrm{K}}", "power of their opening", "1", "cells.*.potassium_power"),
    "E_gaba": Symbol(r"E_{\mathrm{GABA}}", "reversal of GABA-A and glycine currents", "mV", "cells.*.gaba_reversal"),
    "E_K": Symbol(r"E_{\mathrm{K}}", "potassium reversal", "mV", "potassium_reversal"),
    "bias": Symbol("I_{0}", "bias current", "pA", "cells.*.bias"),
    "release": Symbol(r"\rho", "release of a terminal"),
    "release_base": Symbol(r"\rho_{0}", "release without receptors"),
    "noise_clock": Symbol(r"\Delta t_{\mathrm{noise}}", "step of the noise", "s", "NOISE_CLOCK"),
    "tau_noise": Symbol(r"\tau_{\mathrm{noise}}", "correlation time of the noise", "ms", "noise_time"),
    "sigma": Symbol(r"\sigma", "standard deviation of the noise", "pA", "cells.*.noise"),
    "xi": Symbol(r"\xi", "a random number of mean 0 and s.d. 1"),
}  # fmt: skip

_OPSINS = {
    "I_light": Symbol(r"I_{\mathrm{light}}", "current of an opsin", "pA"),
    "lit": Symbol(
        "L",
        "1 between the times at which the light goes on and off, in a train of pulses within each pulse, else 0",
        "1",
    ),
    "light_current": Symbol(
        r"I_{L}", "current it carries at 0 mV, negative for one that silences", "pA", "manipulations"
    ),
    "light_conductance": Symbol(r"g_{L}", "conductance of the opsin", "nS", "manipulations"),
}

_SYNAPSES = {
    "weight": Symbol(r"\hat{g}", "weight of a contact: its peak conductance", "nS", "projections.*.weight"),
    "gain": Symbol(r"\gamma", "gain of a cell's evoked excitation"),
    "nmda_ratio": Symbol(r"\nu", "NMDA over AMPA peak conductance", "1", "synapses.nmda_ratio"),
}

_TRANSMITTERS = {
    "X": Symbol("X", "concentration of a transmitter in a compartment", "nM"),
    "X_fed": Symbol(r"\dot{R}", "what spikes feed in", "nM/s"),
    "X_released": Symbol("R", "what spikes have released since the last step", "nM"),
    "quantum": Symbol("q", "quantum of one spike of one cell", "nM"),
    "X_tone": Symbol(r"\dot{R}_{0}", "what is released at a constant rate, 0 for most", "nM/s"),
    "X_by_r": Symbol(r"\beta_{r}", "change of release by a fully active receptor on terminals"),
    "r": Symbol("r", "active share of a receptor"),
    "X_bound": Symbol("u_{X}", "an agonist at a receptor, in units of its half-activation"),
    "X_efficacy": Symbol("e_{X}", "efficacy of an agonist: 1 for a receptor's own, 0 for an antagonist", "1", "receptors.*.others.*.efficacy"),
    "X_T": Symbol("k_{T}", "uptake by a transporter at low concentration", "1/s"),
    "X_T_half": Symbol("K_{T}", "half-saturation of a transporter", "nM"),
    "X_other": Symbol("k_{0}", "loss that no transporter takes part in", "1/s"),
    "transmitter_clock": Symbol(r"\Delta t_{X}", "step of the transmitters", "s", "TRANSMITTER_CLOCK"),
    "r_half": Symbol("X_{50}", "half-activation", "nM", "receptors.*.half_activation"),
    "r_hill": Symbol("n_{H}", "Hill coefficient", "1", "receptors.*.hill"),
    "r_drive": Symbol("A", "sum over agonists of efficacy x C/Ki", "1", "drugs"),
    "r_block": Symbol("B", "sum over antagonists and blockers of C/Ki", "1", "drugs"),
    "r_held": Symbol("H", "sum over agonists of C/Ki", "1", "drugs"),
}  # fmt: skip

_INJURY = {
    "y": Symbol("y", "a quantity that the injury changes", "of its own"),
    "y_sham": Symbol(r"y_{\mathrm{sham}}", "its value in sham", "of its own", "table E3"),
    "extent": Symbol(r"\epsilon", "extent of the injury in an animal, of median 1", "1", "table F2"),
    "y_amplitude": Symbol("A_{y}", "amplitude", "of its own", "differences.*.amplitude"),
    "y_onset": Symbol("t_{y}", "onset", "days", "differences.*.onset"),
    "y_time": Symbol(r"\tau_{y}", "time constant", "days", "differences.*.time_constant"),
    "y_left": Symbol(r"\eta_{y}", "what healing has left of it"),
    "y_healed": Symbol(r"H_{y}", "share of it that heals", "1", "table E3"),
    "y_heals": Symbol(r"t_{H}", "when it begins to heal", "days", "table E3"),
    "y_healing": Symbol(r"\tau_{H}", "time constant of healing", "days", "table E3"),
    "t": Symbol("t", "time after surgery, or under the lamp", "days, s"),
    "left": Symbol(r"\ell", "share that lesions have left"),
    "lost": Symbol(r"\lambda", "share lost in the end", "1", "manipulations"),
    "t_lesion": Symbol(r"t_{\ell}", "time of the lesion", "days", "study"),
    "lesion_time": Symbol(r"T_{\ell}", "time until it is complete", "days", "manipulations"),
}

_DRUGS = {
    "o": Symbol("o", "occupancy of a site without a transmitter"),
    "block": Symbol("B", "sum over antagonists and blockers of C/Ki", "1", "drugs"),
    "held": Symbol("H", "sum over agonists of C/Ki", "1", "drugs"),
    "used": Symbol("u_{N}", "share of sodium channels that spikes leave as if open"),
    "use_time": Symbol(r"\tau_{N}", "for which a spike leaves a channel so", "ms", "plain_couplings.*.use.vulnerable_time"),
    "idle": Symbol("h_{N}", "share of channels that is inactivated between spikes", "1", "plain_couplings.*.use.inactivated"),
    "b_N": Symbol("b_{N}", "sum over drugs of C/Ki at sodium channels, over their states"),
    "b_open": Symbol("b_{o}", "sum over drugs of C/Ki at open channels", "1", "drugs"),
    "b_inactivated": Symbol("b_{i}", "the same at inactivated ones", "1", "drugs"),
    "b_resting": Symbol("b_{r}", "the same at resting ones", "1", "drugs"),
    "b_own": Symbol("b_{0}", "what the body has at a site, over its binding constant", "1", "plain_couplings.*.competitor"),
    "z": Symbol("z", "a quantity that drugs take a share of (table D4), 1 without"),
    "z_strength": Symbol(r"\kappa", "share taken away at full occupancy", "1", "plain_couplings.*.strength"),
    "z_scale": Symbol(r"s_{z}", "slow quantity that scales it (table D4), else 1"),
    "X_rate": Symbol("k", "clearance at low concentration", "1/s", "transmitters.*.clearance.rate"),
    "T_share": Symbol("p_{T}", "share of it that a transporter takes", "1", "transmitters.*.clearance.shares.*"),
    "T_half": Symbol(r"\bar{K}_{T}", "half-saturation without drugs", "nM", "transmitters.*.clearance.half_saturation.*"),
}  # fmt: skip

_TOLD = {
    "c": Symbol("c", "strength of a coupling in one cell or fibre", "pA or 1"),
    "c_strength": Symbol(r"\bar{c}", "strength at full activation; of potassium channels the weight", "pA or 1", "couplings.*.strength"),
    "c_scale": Symbol("s_{c}", "slow quantity that scales it (table D3), else 1"),
    "c_share": Symbol("p_{c}", "share of cells, fibres or terminals that carry it", "1", "couplings.*.share"),
    "u": Symbol("u", "a random number between 0 and 1"),
    "S_gain": Symbol("G_{S}", "gain of full sensitisation", "1", "plasticity.sensitisation.gain"),
    "S": Symbol("S", "central sensitisation of a side"),
    "x": Symbol("x", "evoked excitation that AMPA blockers leave in this place (table D4)"),
    "E_gaba_mean": Symbol(r"E_{\mathrm{GABA}}^{0}", "reversal in uninjured animals", "mV", "cells.*.gaba_reversal"),
    "E_gaba_shift": Symbol(r"\delta E", "shift by the injury", "mV", "table E3"),
    "gaba_loss": Symbol(r"\lambda_{\mathrm{GABA}}", "share of GABA release lost by the injury", "1", "table E3"),
    "Gamma": Symbol(r"\Gamma", "basal glutamate in the locus coeruleus over normal"),
    "z_glutamate": Symbol(r"z_{\mathrm{glu}}", "quantity *locus_coeruleus_glutamate* of table D4"),
    "U": Symbol("U", "glutamate clearance (GLT-1) in the locus coeruleus over normal"),
    "Gamma_half": Symbol(r"\Gamma_{50}", "rise of glutamate that halves evoked release", "1", "plasticity.repair.evoked_half"),
    "Gamma_power": Symbol(r"n_{\Gamma}", "steepness of that", "1", "plasticity.repair.evoked_power"),
    "tonic_ampa_own": Symbol(r"\bar{g}_{\mathrm{AMPA}}^{0}", "the cell's own tonic AMPA conductance", "nS", "cells.*.tonic_glutamate"),
    "tonic_gaba_own": Symbol(r"\bar{g}_{\mathrm{GABA}}^{0}", "the cell's own tonic GABA-A conductance", "nS", "cells.*.tonic_gaba"),
    "z_gaba": Symbol(r"z_{\mathrm{GABA}}", "quantity *locus_coeruleus_gaba* of table D4"),
    "q": Symbol("Q", "what a spike of every cell of the population adds", "nM", "transmitters.*.releases.*.quantum"),
    "F": Symbol("F", "release factor of the animal, of median 1", "1", "table F2"),
    "q_scale": Symbol("s_{q}", "slow quantity that scales it (table C2), else 1"),
    "N": Symbol("N", "number of cells of the population"),
    "X_brake": Symbol(r"\bar{\beta}", "autoinhibition at full sensitivity", "1", "transmitters.*.autoinhibition"),
    "X_level": Symbol("X_{0}", "level of a tone", "nM", "table C2"),
    "X_tone_scale": Symbol("s_{0}", "the slow quantity that scales it, else 1"),
    "X_brake_scale": Symbol(r"s_{\beta}", "sensitivity of terminal alpha2A for noradrenaline, else 1"),
    "X_gain": Symbol(r"\dot{R}_{f}", "what all sources feed in at their expected rates", "nM/s"),
    "f": Symbol("f", "rate of a cell or fibre", "Hz"),
    "f_seen": Symbol(r"f_{\mathrm{seen}}", "rate in the last rest epoch", "Hz"),
    "brake_slope": Symbol("b_{f}", "fall of the rate with the conductance; of the raphe 2.5 Hz/nS", "Hz/nS", "PREDICTED_SLOWING"),
    "brake_toe": Symbol("w_{f}", "conductance over which it fades out towards silence", "nS", "PREDICTED_TOE"),
    "G_auto": Symbol(r"G_{\mathrm{auto}}", "potassium conductance that is expected", "nS"),
    "G_seen": Symbol(r"G_{\mathrm{seen}}", "potassium conductance in the last rest epoch", "nS"),
    "s_auto": Symbol(r"s_{\mathrm{auto}}", "weight of the somatic autoreceptor"),
    "s_held": Symbol(r"s_{\mathrm{held}}", "sum of the other receptors in the last rest epoch"),
    "c_open": Symbol(r"o_{c}", "share of the channels that the receptor opens alone", "1", "couplings.*.strength"),
}  # fmt: skip

_PLASTICITY = {
    "d": Symbol("d", "nociceptive drive", "Hz"),
    "rho_C": Symbol(r"\rho_{C}", "release of peptidergic C fibres over that without receptors and drugs"),
    "f_C": Symbol("f_{C}", "their rate", "Hz"),
    "d_a": Symbol(r"\omega_{A}", "weight of A fibres beside C fibres", "1", "plasticity.sensitisation.a_fibre_weight"),
    "rho_beta": Symbol(r"\rho_{\beta}", "release of A-beta fibres, in the same way"),
    "f_beta": Symbol(r"f_{\beta}", "their rate", "Hz"),
    "rho_delta": Symbol(r"\rho_{\delta}", "release of A-delta fibres, in the same way"),
    "f_delta": Symbol(r"f_{\delta}", "their rate", "Hz"),
    "d_output": Symbol(r"\omega", "weight of the cells beside the fibres", "1", "plasticity.sensitisation.output_weight"),
    "f_V": Symbol("f_{V}", "rate of vertical cells", "Hz"),
    "f_P": Symbol("f_{P}", "rate of projection cells", "Hz"),
    "rho_0": Symbol(r"\rho_{0}", "their release without receptors: *afferent_release* on the injured side, else 1"),
    "S_goal": Symbol(r"S_{\infty}", "where sensitisation tends to"),
    "d_half": Symbol("d_{50}", "drive of half sensitisation", "Hz", "plasticity.sensitisation.half_drive"),
    "d_power": Symbol("n_{d}", "steepness", "1", "plasticity.sensitisation.power"),
    "tau_rise": Symbol(r"\tau_{\uparrow}", "time of rise", "h", "plasticity.sensitisation.rise_time"),
    "tau_decay": Symbol(r"\tau_{\downarrow}", "time of decay", "days", "plasticity.sensitisation.decay_time"),
    "U_goal": Symbol(r"U_{\infty}", "where glutamate clearance tends to"),
    "glt1_loss": Symbol(r"\lambda_{U}", "share of GLT-1 lost by the injury", "1", "table E3"),
    "z_shortfall": Symbol(r"z_{U}", "quantity *glt1_shortfall* of table D4"),
    "r_alpha1": Symbol(r"r_{\alpha 1}", "active share of alpha1 in the locus coeruleus"),
    "U_alpha1": Symbol(r"U_{\alpha 1}", "how much alpha1 counts for repair", "1", "plasticity.repair.alpha1_share"),
    "r_LC": Symbol(r"r_{\mathrm{LC}}", "active share of alpha2A in the locus coeruleus"),
    "U_floor": Symbol("r_{U}", "activation at which repair begins", "1", "plasticity.repair.activation_floor"),
    "U_span": Symbol(r"\Delta r_{U}", "what more full repair takes", "1", "plasticity.repair.activation_span"),
    "glt1_left": Symbol(r"\ell_{U}", "share of GLT-1 that a knock-down leaves", "1", "manipulations"),
    "tau_U": Symbol(r"\tau_{U}", "time of repair", "days", "plasticity.repair.time"),
    "s": Symbol("s", "sensitivity of an autoreceptor"),
    "s_depth": Symbol(r"\delta_{s}", "loss of it in the end", "1", "table E2"),
    "s_floor": Symbol("r_{s}", "activation at which the loss begins", "1", "table E2"),
    "s_span": Symbol(r"\Delta r_{s}", "what more makes it complete", "1", "table E2"),
    "tau_s": Symbol(r"\tau_{s}", "time of the loss", "days", "table E2"),
    "s_goal": Symbol(r"s_{\infty}", "where it tends to"),
    "h": Symbol("h", "step of the slow clock", "h"),
    "e": Symbol("e", "relative rise in the forebrain"),
    "X_rest": Symbol(r"X_{\mathrm{rest}}", "concentration in the animal's first rest epochs", "nM"),
    "A": Symbol("A", "share of alpha2delta-1 that is missing at terminals of the injured side"),
    "A_depth": Symbol(r"\delta_{A}", "that in the end, were all of it held", "1", "plasticity.traffic.depth"),
    "tau_A": Symbol(r"\tau_{A}", "time in which it goes and comes", "days", "plasticity.traffic.time"),
    "M": Symbol("M", "index of mood"),
    "M_serotonin": Symbol(r"m_{\mathrm{5HT}}", "weight of serotonin", "1", "plasticity.mood.serotonin_weight"),
    "e_serotonin": Symbol(r"e_{\mathrm{5HT}}", "rise of serotonin"),
    "M_noradrenaline": Symbol(r"m_{\mathrm{NA}}", "weight of noradrenaline", "1", "plasticity.mood.noradrenaline_weight"),
    "e_noradrenaline": Symbol(r"e_{\mathrm{NA}}", "rise of noradrenaline"),
    "tau_M": Symbol(r"\tau_{M}", "time of mood", "days", "plasticity.mood.time"),
}  # fmt: skip

_PERIPHERY = {
    "p": Symbol("p", "a parameter of one cell, fibre or animal", "of its own"),
    "p_mean": Symbol(r"\bar{p}", "its median or mean over the population", "of its own", "tables B2 and F1"),
    "p_spread": Symbol(r"\sigma_{p}", "spread", "1 or of its own", "tables B2 and F1"),
    "weight_mean": Symbol(r"\bar{g}", "mean weight of a projection", "nS", "projections.*.weight"),
    "weight_spread": Symbol(r"\sigma_{g}", "spread of weights", "1", "synapses.weight_spread"),
    "F_strength": Symbol("F_{g}", "strength factor of the animal, of median 1, for excitation and for inhibition", "1", "table F2"),
    "delay": Symbol(r"t_{c}", "conduction time", "s"),
    "distance": Symbol(r"l", "distance from paw to cord", "m", "conduction_distance"),
    "velocity": Symbol(r"v_{c}", "conduction velocity of a fibre", "m/s", "afferents.*.conduction_velocity"),
    "D": Symbol("D", "mechanical drive"),
    "F_force": Symbol("F_{m}", "mechanical sensitivity of the animal, of median 1", "1", "table F2"),
    "force": Symbol(r"\Phi", "force on the paw, as of a filament", "mN", "table F3"),
    "force_threshold": Symbol(r"\theta", "force threshold of a fibre", "mN", "afferents.*.force_threshold"),
    "h_sensitised": Symbol(r"\eta", "quantity *nociceptor_sensitisation* of table E3; 0 in A-beta fibres", "1", "table E3"),
    "force_span": Symbol(r"\Delta\theta", "force from threshold to saturation", "mN", "afferents.*.saturating_force"),
    "D_slow": Symbol(r"\tilde{D}", "slow mean of the drive"),
    "tau_D": Symbol(r"\tau_{D}", "time of a fibre's adaptation", "s", "afferents.*.adaptation_time"),
    "f_force": Symbol(r"f_{\Phi}", "rate to force", "Hz"),
    "f_peak": Symbol(r"\hat{f}", "peak rate", "Hz", "afferents.*.peak_rate"),
    "D_adapted": Symbol(r"\alpha", "share that adaptation takes away", "1", "afferents.*.adapted_share"),
    "f_heat": Symbol("f_{T}", "rate to heat", "Hz"),
    "heat_gain": Symbol("b_{T}", "rate per degree", "Hz/deg C", "afferents.*.heat_gain"),
    "T_skin": Symbol("T", "skin temperature", "deg C"),
    "T_threshold": Symbol(r"T_{\theta}", "heat threshold", "deg C"),
    "f_heat_most": Symbol(r"\hat{f}_{T}", "highest rate to heat", "Hz", "MAXIMUM_HEAT_RATE"),
    "T_rest": Symbol("T_{0}", "skin temperature at rest", "deg C", "SKIN_TEMPERATURE"),
    "T_own": Symbol(r"\bar{T}_{\theta}", "the fibre's own heat threshold", "deg C", "afferents.*.heat_threshold"),
    "l5_left": Symbol(r"\ell_{5}", "quantity *l5_input* for fibres of the injured root, else 1", "1", "table E3"),
    "f_brush": Symbol("f_{b}", "rate under a brush", "Hz", "afferents.*.brush_rate"),
    "brush": Symbol(r"\psi", "brush, 0 or 1"),
    "f_chemical": Symbol("f_{c}", "rate at the peak of capsaicin", "Hz", "afferents.*.chemical_rate"),
    "capsaicin": Symbol(r"\chi", "capsaicin over its peak"),
    "f_spontaneous": Symbol(r"f_{0}", "rate of an ectopic or spontaneous fibre", "Hz", "table E3"),
    "flux": Symbol("J", "heat flux into the skin", "W/m^2", "heat_flux"),
    "pi": Symbol(r"\pi", "3.14159..."),
    "inertia": Symbol(r"\iota", "thermal inertia of skin", "J^2/(m^4 K^2 s)", "skin_thermal_inertia"),
    "P": Symbol("P", "smoothed rate of projection cells", "Hz"),
    "bin": Symbol(r"\Delta t_{P}", "bin", "s", "BIN"),
    "window": Symbol(r"\tau_{P}", "window of smoothing", "ms", "withdrawal_window"),
    "n": Symbol("n", "spikes of these cells in a bin"),
}  # fmt: skip

_GREEK = {"alpha": r"\alpha", "beta": r"\beta"}
_EFFECTS = {
    "girk": Symbol("G", "weight, among those that open potassium channels, of", "1", "couplings.*.strength"),
    "current": Symbol("J", "current of", "pA", "couplings.*.strength"),
    "release": Symbol(r"\Lambda", "change of release by", "1", "couplings.*.strength"),
}


def symbols(circuit: Circuit) -> Mapping[str, Symbol]:
    """The symbols of all formulas, with those of a circuit's receptors."""
    found = {
        **_CELL,
        **_OPSINS,
        **_SYNAPSES,
        **_TRANSMITTERS,
        **_INJURY,
        **_DRUGS,
        **_TOLD,
        **_PLASTICITY,
        **_PERIPHERY,
    }
    for receptor in circuit.receptors:
        name, letters = symbol(receptor.name), _subscript(receptor.name)
        found[name] = Symbol(f"r_{{{letters}}}", f"active share of {receptor.name}")
        for effect, general in _EFFECTS.items():
            words = f"{general.words} {receptor.name} at full activation"
            found[f"{effect}_{name}"] = Symbol(f"{general.latex}_{{{letters}}}", words, general.unit, general.number)
    return found


def _subscript(receptor: str) -> str:
    """A receptor's name as LaTeX: Greek letters set, the rest upright."""
    for word, letter in _GREEK.items():
        if receptor.startswith(word):
            return rf"{letter}\mathrm{{{receptor.removeprefix(word)}}}"
    return rf"\mathrm{{{receptor.replace('-', '')}}}"
